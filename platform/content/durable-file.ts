import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { eachOf } from '../chain/each-of.ts';

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and its missing parents; each new name is on disk when this resolves. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = path; at !== dirname(first); at = dirname(at)) await syncPath(dirname(at));
}

/** Files that are written at the same time. */
const AT_ONCE = 16;

const temporaryOf = (path: string) =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);

async function writeTemporary(path: string, bytes: Uint8Array, mode: number): Promise<string> {
  const temporary = temporaryOf(path);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Files from which on one flush of their whole file system is cheaper than one of each. */
const MANY = 64;
/** Files after which others get a turn. */
const TURN = 50;

/**
 * Flushes everything written to a file system, where the machine has a command that waits for it (Linux).
 * @returns whether it did
 */
async function syncFileSystem(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return new Promise((resolve) => {
    execFile('sync', ['--file-system', folder], (error) => resolve(error === null));
  });
}

/**
 * Writes many whole files like `writeDurably` with `replace`. Where they are many, everything is flushed at once
 * before they take their names and once after.
 */
export async function writeManyDurably(
  files: readonly { path: string; bytes: Uint8Array }[],
  mode: number,
): Promise<void> {
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  if (files.length < MANY) return await writeEachDurably(files, folders, mode);
  for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporaries: string[] = [];
  try {
    for (const [index, { path, bytes }] of files.entries()) {
      const temporary = temporaryOf(path);
      temporaries.push(temporary);
      // Thousands of small files: a trip to another thread takes longer than writing one.
      writeFileSync(temporary, bytes, { mode, flag: 'wx' });
      if (index % TURN === 0) await new Promise(setImmediate);
    }
    if (!(await syncFileSystem(folders[0]!))) await eachOf(temporaries, AT_ONCE, syncPath);
    for (const [index, { path }] of files.entries()) {
      renameSync(temporaries[index]!, path);
      if (index % TURN === 0) await new Promise(setImmediate);
    }
  } catch (error) {
    for (const temporary of temporaries) rmSync(temporary, { force: true });
    throw error;
  }
  if (!(await syncFileSystem(folders[0]!))) await syncFolders(folders);
}

async function writeEachDurably(
  files: readonly { path: string; bytes: Uint8Array }[],
  folders: string[],
  mode: number,
): Promise<void> {
  for (const folder of folders) await makeFolder(folder);
  await eachOf(files, AT_ONCE, async ({ path, bytes }) => {
    await rename(await writeTemporary(path, bytes, mode), path);
  });
  await eachOf(folders, AT_ONCE, syncPath);
}

/** Flushes folders and the names of the folders themselves. */
async function syncFolders(folders: string[]): Promise<void> {
  await eachOf([...new Set(folders.flatMap((folder) => [folder, dirname(folder)]))], AT_ONCE, syncPath);
}

/**
 * Writes a whole file so that a crash or a power cut leaves either the complete file or none: a
 * private temporary file is written and flushed, then takes the name, then the folder is flushed.
 * Two writers of one name never mix their bytes. Missing folders are made.
 *
 * @param mode permission bits of the new file.
 * @param onExisting `replace` overwrites what has the name; `keep` leaves it untouched.
 * @returns false if the name was taken and `onExisting` is `keep`, else true.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  { mode, onExisting }: { mode: number; onExisting: 'replace' | 'keep' },
): Promise<boolean> {
  const folder = dirname(path);
  await makeFolder(folder);
  const temporary = await writeTemporary(path, bytes, mode);
  try {
    if (onExisting === 'replace') await rename(temporary, path);
    else {
      // link() refuses a taken name in one step, which rename() cannot.
      await link(temporary, path);
      await unlink(temporary);
    }
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    if (onExisting === 'keep' && (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await syncPath(folder);
  return true;
}
