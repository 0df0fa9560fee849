import { mkdir } from 'node:fs/promises';
import { decode } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { importBytes, type WritableStorage } from 'ipfs-unixfs-importer';
import type { CID } from 'multiformats/cid';
import { type BlockFiles, openBlockFiles } from './block-files.ts';
import { CHUNK_SIZE, cidOfChunk, DAG_PB, PROFILE, parseCid, RAW } from './cid.ts';
import type { ContentStore } from './content-store.ts';

export type { ContentStore } from './content-store.ts';

/** The blocks that a node of a file links to, in order; `undefined` if it is no such node. */
function childrenOf(node: Uint8Array): CID[] | undefined {
  try {
    const { Data, Links } = decode(node);
    if (Data === undefined) return undefined;
    const file = UnixFS.unmarshal(Data);
    if (file.type !== 'file' || file.data?.length) return undefined;
    return Links.map((link) => link.Hash);
  } catch {
    return undefined;
  }
}

/** The leaves of a file in order, or `undefined` where one block is absent, damaged or no part of a file. */
async function readFile(blocks: BlockFiles, root: CID): Promise<Uint8Array[] | undefined> {
  const leaves: Uint8Array[] = [];
  const waiting: CID[] = [root];
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    if (parseCid(cid.toString()) === undefined) return undefined;
    const block = await blocks.get(cid);
    if (block === undefined) return undefined;
    if (cid.code === RAW) leaves.push(block);
    else if (cid.code === DAG_PB) {
      const children = childrenOf(block);
      if (children === undefined) return undefined;
      waiting.push(...children.reverse());
    }
  }
  return leaves;
}

/**
 * Opens the local content store in a folder, making it if needed. Several processes may have it open.
 * Content is held in memory while it is put or got, so it is for files of some megabytes.
 */
export async function openContentStore({ dir }: { dir: string }): Promise<ContentStore> {
  await mkdir(dir, { recursive: true });
  const blocks = openBlockFiles(dir);
  const writable: WritableStorage = {
    put(cid, block) {
      if (!(block instanceof Uint8Array)) throw new TypeError('The importer gives whole blocks.');
      return blocks.put(cid, block);
    },
  };

  async function put(bytes: Uint8Array): Promise<{ cid: string; size: number }> {
    // The importer writes a node after its children, so a root that is here has everything below it.
    const { cid } = await importBytes(bytes, writable, PROFILE);
    return { cid: cid.toString(), size: bytes.length };
  }

  async function putMany(contents: readonly Uint8Array[]): Promise<string[]> {
    const cids: string[] = [];
    const small = new Map<string, { cid: CID; block: Uint8Array }>();
    for (const bytes of contents) {
      if (bytes.length === 0 || bytes.length > CHUNK_SIZE) {
        cids.push((await put(bytes)).cid);
        continue;
      }
      const cid = cidOfChunk(bytes);
      const name = cid.toString();
      small.set(name, { cid, block: bytes });
      cids.push(name);
    }
    await blocks.putMany([...small.values()]);
    return cids;
  }

  async function get(cid: string): Promise<Uint8Array | undefined> {
    const root = parseCid(cid);
    if (root === undefined) return undefined;
    const leaves = await readFile(blocks, root);
    if (leaves === undefined) return undefined;
    return leaves.length === 1 ? leaves[0] : Buffer.concat(leaves);
  }

  async function has(cid: string): Promise<boolean> {
    const root = parseCid(cid);
    return root !== undefined && blocks.has(root);
  }

  async function verify(cid: string): Promise<boolean> {
    return (await get(cid)) !== undefined;
  }

  return { put, putMany, get, has, verify };
}
