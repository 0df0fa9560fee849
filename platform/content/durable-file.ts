import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { eachOf } from '../chain/each-of.ts';

async function syncFolder(path: string): Promise<void> {
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
  for (let at = path; at !== dirname(first); at = dirname(at)) await syncFolder(dirname(at));
}

/** Files that are written at the same time. */
const AT_ONCE = 16;

async function writeTemporary(path: string, bytes: Uint8Array, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
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

/** Writes many whole files like `writeDurably` with `replace`, and flushes each folder once for all of them. */
export async function writeManyDurably(
  files: readonly { path: string; bytes: Uint8Array }[],
  mode: number,
): Promise<void> {
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  for (const folder of folders) await makeFolder(folder);
  await eachOf(files, AT_ONCE, async ({ path, bytes }) => {
    await rename(await writeTemporary(path, bytes, mode), path);
  });
  await eachOf(folders, AT_ONCE, syncFolder);
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
  await syncFolder(folder);
  return true;
}
