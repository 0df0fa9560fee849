import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { getUtf8Encoder, verifySignature } from '@solana/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyFile, KeyStore, openKeyStore, openOrCreateKeyStore } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Opens or fails the test. */
async function opened(path: string, passphrase: string): Promise<KeyStore> {
  const result = await openKeyStore(path, passphrase);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

test('a key file gives the same keys again and is readable by its owner alone', async () => {
  const path = join(folder, 'new', 'same.json');
  const created = await createKeyFile(path, 'correct horse');
  if (!created.ok) throw new Error(created.error.code);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const again = await opened(path, 'correct horse');
  expect((await again.signer('treasury')).address).toBe((await created.value.signer('treasury')).address);
  expect(again.secret('tokens')).toEqual(created.value.secret('tokens'));
});

test('an existing file is never overwritten, and nothing else is left in its folder', async () => {
  const path = join(folder, 'only', 'once.json');
  await createKeyFile(path, 'a');
  const before = await readFile(path, 'utf8');
  expect(await createKeyFile(path, 'b')).toMatchObject({ ok: false, error: { code: 'exists' } });
  expect(await readFile(path, 'utf8')).toBe(before);
  expect(await readdir(join(folder, 'only'))).toEqual(['once.json']);
});

test('a wrong passphrase, a damaged file and a missing file are told apart', async () => {
  const path = join(folder, 'errors.json');
  await createKeyFile(path, 'right');
  expect(await openKeyStore(path, 'wrong')).toMatchObject({ error: { code: 'wrong_passphrase' } });
  expect(await openKeyStore(join(folder, 'none.json'), 'right')).toMatchObject({
    error: { code: 'missing' },
  });
  expect(await createKeyFile(join(folder, 'empty.json'), '')).toMatchObject({
    error: { code: 'empty_passphrase' },
  });
  const text = await readFile(path, 'utf8');
  const damages = [
    '',
    'null',
    '{}',
    text.slice(0, text.length / 2),
    text.replace(/"text": "../, '"text": "AA'),
    text.replace('"N": 131072', '"N": 2'),
    text.replace('"N": 131072', '"N": 1e300'),
    text.replace('"version": 1', '"version": 2'),
  ];
  for (const damaged of damages) {
    expect(damaged).not.toBe(text);
    await writeFile(path, damaged);
    expect(await openKeyStore(path, 'right')).toMatchObject({ error: { code: 'damaged' } });
  }
});

test('three processes that start at once agree on one root', async () => {
  const path = join(folder, 'race.json');
  const stores = await Promise.all([1, 2, 3].map(() => openOrCreateKeyStore(path, 'p')));
  const secrets = stores.map((store) => (store.ok ? store.value.secret('x').toString('hex') : 'failed'));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toBe((await opened(path, 'p')).secret('x').toString('hex'));
});

test('derivation is fixed for ever, differs by path, by purpose and by root', async () => {
  const store = new KeyStore(Buffer.alloc(32, 7));
  const signer = await store.signer('treasury');
  expect(signer.address).toBe('3GLsQhyBHFvGNz52oFRafKGQwhfHwyJYUhR1dT4HWUXN');
  expect(store.secret('treasury').toString('hex')).toBe(
    '5ffd89f8340ca5f71ce1fe014af4a9023afd3cdb07c5370acbc767fbe00e3171',
  );
  const other = new KeyStore(Buffer.alloc(32, 8));
  const addresses = [
    signer,
    await store.signer('fee-payer'),
    await store.signer('deposit/1'),
    await other.signer('treasury'),
  ];
  expect(new Set(addresses.map((each) => each.address)).size).toBe(4);
});

test('an address alone is the address of its signer', async () => {
  const store = new KeyStore(Buffer.alloc(32, 7));
  for (const path of ['treasury', 'mint/0199', 'deposit/1'])
    expect(store.address(path)).toBe((await store.signer(path)).address);
});

test('a signer signs, and its key cannot be exported', async () => {
  const signer = await new KeyStore(Buffer.alloc(32, 7)).signer('deposit/1');
  const bytes = getUtf8Encoder().encode('hello') as Uint8Array;
  const [signatures] = await signer.signMessages([{ content: bytes, signatures: {} }]);
  const signature = signatures?.[signer.address];
  expect(signature && (await verifySignature(signer.keyPair.publicKey, signature, bytes))).toBe(true);
  expect(signer.keyPair.privateKey.extractable).toBe(false);
});

test('the cache of signers is bounded and forgets the least recently used', async () => {
  const store = new KeyStore(Buffer.alloc(32, 7));
  const kept = store.signer('kept');
  const forgotten = store.signer('forgotten');
  for (let n = 0; n < 999; n++) {
    await store.signer(`deposit/${n}`);
    expect(store.signer('kept')).toBe(kept);
  }
  expect(store.signer('forgotten')).not.toBe(forgotten);
});

test('a text that is no key path throws', () => {
  const store = new KeyStore(Buffer.alloc(32, 7));
  for (const path of ['', '/a', 'a/', 'a//b', '../a', 'A', 'a b', `${'a'.repeat(201)}`, 'a\n']) {
    expect(() => store.secret(path)).toThrow('Not a key path');
  }
});

test('nothing that prints shows the root', () => {
  const root = Buffer.alloc(32, 7);
  const store = new KeyStore(root);
  for (const text of [
    inspect(store, { showHidden: true, depth: 9 }),
    JSON.stringify({ store }),
    `${store}`,
  ]) {
    expect(text).not.toContain(root.toString('hex'));
    expect(text).not.toMatch(/07|7, ?7|Buffer/);
  }
});
