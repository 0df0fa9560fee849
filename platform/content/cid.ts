import { createHash } from 'node:crypto';
import type { ImporterOptions } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';

/** Codecs of the blocks of a file: raw bytes, or a dag-pb node that links to further blocks. */
export const RAW = 0x55;
/** See `RAW`. */
export const DAG_PB = 0x70;
const SHA2_256 = 0x12;

/** Bytes up to this size are one raw block. */
export const CHUNK_SIZE = 262_144;

/** The CID that the profile gives to bytes of one chunk, without the importer's detours. */
export function cidOfChunk(bytes: Uint8Array): CID {
  const digest = createHash('sha256').update(bytes).digest();
  return CID.createV1(RAW, createDigest(SHA2_256, digest));
}

/**
 * The one profile by which bytes get their CID, the same as Kubo's `ipfs add --cid-version=1` with its
 * classic settings: UnixFS, chunks of 256 KiB, balanced tree of 174 links a node, raw leaves, SHA2-256.
 * Changing any of it would give known content another name.
 */
export const PROFILE: ImporterOptions = {
  cidVersion: 1,
  rawLeaves: true,
  reduceSingleLeafToSelf: true,
  chunker: fixedSize({ chunkSize: CHUNK_SIZE }),
  layout: balanced({ maxChildrenPerNode: 174 }),
};

/**
 * Reads a CID of the profile in its one canonical spelling (base32, lower case). `undefined` for every
 * other text: other versions, bases, hashes and codecs, and what is no CID at all.
 */
export function parseCid(text: string): CID | undefined {
  if (!/^b[a-z2-7]{58}$/.test(text)) return undefined;
  try {
    const cid = CID.parse(text);
    const known = cid.version === 1 && (cid.code === RAW || cid.code === DAG_PB);
    const hashed = cid.multihash.code === SHA2_256 && cid.multihash.size === 32;
    return known && hashed && cid.toString() === text ? cid : undefined;
  } catch {
    return undefined;
  }
}
