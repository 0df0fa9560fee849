import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsBlockstore } from 'blockstore-fs';
import fc from 'fast-check';
import { base32 } from 'multiformats/bases/base32';
import { CID } from 'multiformats/cid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ContentStore, openContentStore } from './index.ts';

const CHUNK = 262_144;
let dir: string;
let store: ContentStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'content-'));
  store = await openContentStore({ dir });
});
afterAll(() => rm(dir, { recursive: true }));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Bytes that differ at every place and cost nothing to make again. */
function sample(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** The file of the block store that holds a CID's root block. */
async function blockFile(cid: string): Promise<string> {
  const names = await readdir(dir, { recursive: true });
  const hash = CID.parse(cid).multihash.bytes;
  const name = names.find((each) => each.toLowerCase().endsWith(`/${base32.encode(hash)}.data`));
  if (name === undefined) throw new Error('no such block');
  return join(dir, name);
}

/* A second writing of the profile, by hand from the specifications of protobuf, dag-pb and UnixFS. */
type Node = { cid: Buffer; fileSize: number; totalSize: number };

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
const numberField = (tag: number, value: number): Buffer =>
  Buffer.concat([Buffer.from([tag << 3]), varint(value)]);
const bytesField = (tag: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(tag << 3) | 2]), varint(value.length), value]);

function leafOf(chunk: Uint8Array): Node {
  const cid = Buffer.concat([Buffer.from([1, 0x55, 0x12, 32]), sha256(chunk)]);
  return { cid, fileSize: chunk.length, totalSize: chunk.length };
}

function parentOf(children: Node[]): Node {
  const fileSize = children.reduce((sum, child) => sum + child.fileSize, 0);
  const links = children.map((child) =>
    bytesField(
      2,
      Buffer.concat([
        bytesField(1, child.cid),
        bytesField(2, Buffer.alloc(0)),
        numberField(3, child.totalSize),
      ]),
    ),
  );
  const sizes = children.map((child) => numberField(4, child.fileSize));
  const data = bytesField(1, Buffer.concat([numberField(1, 2), numberField(3, fileSize), ...sizes]));
  const block = Buffer.concat([...links, data]);
  const cid = Buffer.concat([Buffer.from([1, 0x70, 0x12, 32]), sha256(block)]);
  return {
    cid,
    fileSize,
    totalSize: block.length + children.reduce((sum, child) => sum + child.totalSize, 0),
  };
}

function expectedCid(bytes: Uint8Array): string {
  let level: Node[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += CHUNK)
    level.push(leafOf(bytes.subarray(at, at + CHUNK)));
  while (level.length > 1) {
    const parents: Node[] = [];
    for (let at = 0; at < level.length; at += 174) parents.push(parentOf(level.slice(at, at + 174)));
    level = parents;
  }
  return base32.encode(level[0]!.cid);
}

test('the CIDs that IPFS documents for these texts', async () => {
  // `ipfs add --cid-version=1 --raw-leaves` of "hello world", of the empty file, of "hello world\n".
  const published: [string, string][] = [
    ['hello world', 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'],
    ['', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
    ['hello world\n', 'bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4'],
  ];
  for (const [content, cid] of published) {
    expect(await store.put(text(content))).toEqual({ cid, size: content.length });
    expect(await store.get(cid)).toEqual(Buffer.from(content));
  }
});

test.each([CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5, 175 * CHUNK + 1])(
  'a file of %i bytes has the CID of the profile and comes back whole',
  async (length) => {
    const bytes = sample(length);
    const { cid, size } = await store.put(bytes);
    expect(cid).toBe(expectedCid(bytes));
    expect(size).toBe(length);
    const back = await store.get(cid);
    expect(back?.length).toBe(length);
    expect(sha256(back!).equals(sha256(bytes))).toBe(true);
    expect(await store.has(cid)).toBe(true);
    expect(await store.verify(cid)).toBe(true);
  },
);

test('a file whose chunks are all the same comes back whole', async () => {
  const bytes = new Uint8Array(4 * CHUNK);
  const { cid } = await store.put(bytes);
  expect(cid).toBe(expectedCid(bytes));
  expect(sha256((await store.get(cid))!).equals(sha256(bytes))).toBe(true);
});

test('any small bytes come back under the hash of the bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
      const { cid } = await store.put(bytes);
      expect(cid).toBe(expectedCid(bytes));
      expect(Buffer.from((await store.get(cid))!).equals(bytes)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('putting the same bytes again writes nothing', async () => {
  const { cid } = await store.put(text('twice'));
  const before = await stat(await blockFile(cid));
  expect((await store.put(text('twice'))).cid).toBe(cid);
  const after = await stat(await blockFile(cid));
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
});

test('many writers of the same bytes leave one whole file and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'content-'));
  const stores = await Promise.all([1, 2, 3].map(() => openContentStore({ dir: folder })));
  await Promise.all([...stores, ...stores, ...stores].map((each) => each.put(text('crowd'))));
  const { cid } = await stores[0]!.put(text('crowd'));
  expect(await stores[1]!.verify(cid)).toBe(true);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(files.filter((each) => each.isFile())).toHaveLength(1);
  await rm(folder, { recursive: true });
});

test('a truncated, changed or lost block is never served and is repaired by the next put', async () => {
  const bytes = sample(2 * CHUNK + 77);
  const { cid } = await store.put(bytes);
  const lastLeaf = base32.encode(leafOf(bytes.subarray(2 * CHUNK)).cid);
  for (const target of [cid, lastLeaf]) {
    const path = await blockFile(target);
    const damages = [
      () => truncate(path, 10),
      () => truncate(path, 0),
      async () =>
        writeFile(
          path,
          (await readFile(path)).map((byte, at) => (at === 5 ? byte ^ 1 : byte)),
        ),
      () => rm(path),
    ];
    for (const damage of damages) {
      await damage();
      expect(await store.get(cid)).toBeUndefined();
      expect(await store.verify(cid)).toBe(false);
      await store.put(bytes);
      expect(await store.verify(cid)).toBe(true);
    }
  }
});

test('IPFS tools read the folder', async () => {
  const { cid } = await store.put(text('for others'));
  const chunks: Uint8Array[] = [];
  for await (const chunk of new FsBlockstore(dir).get(CID.parse(cid))) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('for others');
});

test('a text that is no CID of the profile, or names nothing here, gives undefined', async () => {
  const { cid } = await store.put(text('known'));
  const known = CID.parse(cid);
  const strangers = [
    '',
    '..',
    '../../etc/passwd',
    `${cid}/..`,
    `/ipfs/${cid}`,
    cid.toUpperCase(),
    `${cid}\n`,
    cid.slice(0, -1),
    'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f',
    'QmT5NvUtoM5nWFfrQdVrFtvGfKFmG7AHE8P34isapyhCxX',
    CID.create(1, 0x71, known.multihash).toString(),
    CID.create(1, 0x70, known.multihash).toString(),
    base32.encode(leafOf(text('never put')).cid),
    'b'.repeat(100_000),
  ];
  for (const stranger of strangers) {
    expect(await store.get(stranger)).toBeUndefined();
    expect(await store.verify(stranger)).toBe(false);
  }
  await fc.assert(
    fc.asyncProperty(fc.string(), async (any) => {
      expect(await store.get(any)).toBeUndefined();
      expect(await store.has(any)).toBe(false);
    }),
  );
});

test('many contents get the names that single ones get, are whole, and may be there already', async () => {
  const contents = [0, 1, 500, 500, CHUNK, CHUNK + 1].map((length, index) =>
    Buffer.concat([sample(length), text(length % 2 ? '' : `${index % 3}`)]).subarray(0, Math.max(length, 0)),
  );
  await store.put(contents[2]!);
  const file = await blockFile((await store.put(contents[4]!)).cid);
  await truncate(file, 10);
  const cids = await store.putMany(contents);
  for (const [index, bytes] of contents.entries()) {
    expect(Buffer.from((await store.get(cids[index]!))!)).toEqual(Buffer.from(bytes));
    expect((await store.put(bytes)).cid).toBe(cids[index]);
  }
  const names = await readdir(dir, { recursive: true });
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('hundreds of contents are whole, leave no other file, and repair what was damaged', async () => {
  const contents = Array.from({ length: 300 }, (_, index) => text(`one of hundreds: ${index}`));
  const before = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.data')).length;
  const cids = await store.putMany(contents);
  const names = await readdir(dir, { recursive: true });
  expect(names.filter((name) => name.endsWith('.data'))).toHaveLength(before + 300);
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  await truncate(await blockFile(cids[7]!), 3);
  expect(await store.putMany(contents)).toEqual(cids);
  for (const [index, cid] of cids.entries())
    expect(await store.get(cid)).toEqual(Buffer.from(contents[index]!));
});
