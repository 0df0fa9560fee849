/** Why the embedded PostgreSQL could not start. */
export type PostgresProblem =
  | 'unsupported_platform'
  | 'data_in_use'
  | 'disk_full'
  | 'permission'
  | 'wrong_version'
  | 'failed';

/** The embedded PostgreSQL could not start; the message is meant for the person who started it. */
export class EmbeddedPostgresError extends Error {
  readonly code: PostgresProblem;

  constructor(code: PostgresProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}

/** The setting that replaces the embedded server, named wherever the embedded one cannot run. */
export const OTHER_SERVER_HINT =
  'Set ECE_DATABASE_URL to a PostgreSQL 18 server (postgres://user:password@host:5432/database) to use that instead.';

/**
 * Turns what a failed PostgreSQL program or file operation said into a typed error.
 * @param what the step that failed, as in "start PostgreSQL"
 * @param detail the program's last output or the operating system's message
 */
export function explainFailure(what: string, detail: string, cause?: unknown): EmbeddedPostgresError {
  const said = detail.trim().split('\n').slice(-12).join('\n');
  if (/No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i.test(detail)) {
    return new EmbeddedPostgresError(
      'disk_full',
      `Cannot ${what}: the disk is full. Free some space (about 300 MB are needed) or choose another folder with --data.\n${said}`,
      { cause },
    );
  }
  if (/Permission denied|EACCES|EPERM|EROFS|Read-only file system|not permitted/i.test(detail)) {
    return new EmbeddedPostgresError(
      'permission',
      `Cannot ${what}: this user may not write there. Start as the user who owns the data folder, or choose another one with --data.\n${said}`,
      { cause },
    );
  }
  return new EmbeddedPostgresError('failed', `Cannot ${what}.\n${said}`, { cause });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
