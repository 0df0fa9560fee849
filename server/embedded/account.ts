import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, lstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { EmbeddedPostgresError, messageOf, OTHER_SERVER_HINT } from './errors.ts';

/** The operating system account that PostgreSQL runs as when Node itself runs as root. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. As root this picks the account to use: the owner of an existing
 * cluster, or else `nobody`.
 * @returns undefined when this process is an ordinary user, who then runs PostgreSQL as themselves
 */
export function serverAccount(clusterDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = lstatSync(clusterDir, { throwIfNoEntry: false });
  if (owner?.isDirectory() && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  try {
    const ask = (flag: string) =>
      Number(
        execFileSync('id', [flag, 'nobody'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
      ) >>> 0;
    return { uid: ask('-u'), gid: ask('-g') };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'permission',
      'PostgreSQL refuses to run as root and this machine has no account "nobody" to run it as. ' +
        `Start as an ordinary user. ${OTHER_SERVER_HINT}`,
      { cause: error },
    );
  }
}

/** The name of the user that this process runs as: the only one that PostgreSQL will let in. */
export function ownUserName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new EmbeddedPostgresError(
      'permission',
      `The user id ${process.getuid?.()} has no name on this machine (${messageOf(error)}), and PostgreSQL ` +
        `needs one. Add it to /etc/passwd. ${OTHER_SERVER_HINT}`,
      { cause: error },
    );
  }
}

/** Whether the account can enter a folder; every folder above it must let the account through. */
export function canEnter(folder: string, account: Account): boolean {
  // Node changes to `cwd` before it drops privileges, so a shell has to try it afterwards.
  const tried = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return tried.status === 0;
}

/** Gives a file to the account that PostgreSQL runs as; nothing to do for an ordinary user. */
export function giveTo(account: Account | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}
