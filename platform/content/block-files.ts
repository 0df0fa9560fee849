import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NextToLast } from 'blockstore-fs/sharding';
import type { CID } from 'multiformats/cid';
import { eachOf } from '../chain/each-of.ts';
import { writeDurably, writeManyDurably } from './durable-file.ts';

const MODE = 0o644;
/** Blocks that are looked for at the same time. */
const READS = 16;

/** Blocks by CID in a folder, one file each. */
export interface BlockFiles {
  put(cid: CID, block: Uint8Array): Promise<CID>;
  /** Puts blocks that are not here, or not whole. */
  putMany(blocks: readonly { cid: CID; block: Uint8Array }[]): Promise<void>;
  get(cid: CID): Promise<Uint8Array | undefined>;
  has(cid: CID): Promise<boolean>;
}

function matches(cid: CID, block: Uint8Array): boolean {
  return createHash('sha256').update(block).digest().equals(cid.multihash.digest);
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/**
 * Opens a folder in the layout of blockstore-fs, so that IPFS tools can read it. Its own writer is not
 * used: it does not flush, and two processes that write one block share a temporary file.
 *
 * `get` gives `undefined` for a block that is absent or does not match its hash; `put` repairs such a
 * block and leaves a good one alone.
 */
export function openBlockFiles(folder: string): BlockFiles {
  const layout = new NextToLast();
  const pathOf = (cid: CID): string => {
    const { dir, file } = layout.encode(cid);
    return join(folder, dir, file);
  };

  async function get(cid: CID): Promise<Uint8Array | undefined> {
    try {
      const block = await readFile(pathOf(cid));
      return matches(cid, block) ? block : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async function put(cid: CID, block: Uint8Array): Promise<CID> {
    if ((await get(cid)) === undefined) {
      await writeDurably(pathOf(cid), block, { mode: MODE, onExisting: 'replace' });
    }
    return cid;
  }

  async function putMany(blocks: readonly { cid: CID; block: Uint8Array }[]): Promise<void> {
    const missing: { path: string; bytes: Uint8Array }[] = [];
    await eachOf(blocks, READS, async ({ cid, block }) => {
      const path = pathOf(cid);
      // Most are new, and asking another thread for a file that is not there takes long.
      const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
      if (!isThere || (await get(cid)) === undefined) missing.push({ path, bytes: block });
    });
    await writeManyDurably(missing, MODE);
  }

  async function has(cid: CID): Promise<boolean> {
    try {
      await access(pathOf(cid));
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  return { put, putMany, get, has };
}
