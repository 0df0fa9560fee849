import { readFileSync } from 'node:fs';
import type { Fields } from './load.ts';

/**
 * Reads the secrets that an environment gives as files: `NAME_FILE` names the file with the value of `NAME`, as
 * Docker and Kubernetes mount secrets. An end of line at the file's end does not count.
 * @returns the environment with the values in place of the names, and every failure, which never shows a value
 */
export function readSecretFiles(
  fields: Fields,
  env: Record<string, string | undefined>,
): { env: Record<string, string | undefined>; failures: string[] } {
  const read = { ...env };
  const failures: string[] = [];
  for (const { env: name, secret } of Object.values(fields)) {
    const variable = `${name}_FILE`;
    const path = env[variable];
    if (!secret || path === undefined) continue;
    delete read[variable];
    if (path === '') continue;
    if (env[name]) {
      failures.push(`${name} and ${variable} exclude each other`);
      continue;
    }
    try {
      read[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      failures.push(
        `${variable} names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`,
      );
    }
  }
  return { env: read, failures };
}
