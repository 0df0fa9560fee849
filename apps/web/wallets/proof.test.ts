import { base58btc } from 'multiformats/bases/base58';
import { beforeAll, expect, test } from 'vitest';
import { challengeText, isProven } from './proof.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

let keys: CryptoKeyPair;
let publicKey: Uint8Array;
let address: string;
let text: string;
beforeAll(async () => {
  keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  address = base58btc.baseEncode(publicKey);
  text = challengeText({ host: 'ece.example', address, nonce: 'n1', at: '2030-01-31T12:00:00.000Z' });
});
const sign = async (message: Uint8Array<ArrayBuffer>) => ({
  address,
  publicKey,
  signedMessage: message,
  signature: new Uint8Array(await crypto.subtle.sign('Ed25519', keys.privateKey, message)),
});

test('what the key of the address has signed is proven, also with something in front of it', async () => {
  expect(await isProven(text, await sign(bytes(text)))).toBe(true);
  expect(await isProven(text, await sign(bytes(`\xffsolana offchain${text}`)))).toBe(true);
});

test('another text, another key, another address or a changed signature proves nothing', async () => {
  const good = await sign(bytes(text));
  const other = challengeText({ host: 'ece.example', address, nonce: 'n2', at: '2030-01-31T12:00:00.000Z' });
  expect(await isProven(other, good)).toBe(false);
  expect(await isProven(text, { ...good, signedMessage: bytes(other) })).toBe(false);
  const stranger = new Uint8Array(32).fill(7);
  expect(await isProven(text, { ...good, publicKey: stranger })).toBe(false);
  const theirs = { ...good, publicKey: stranger, address: base58btc.baseEncode(stranger) };
  expect(await isProven(text, theirs).catch(() => false)).toBe(false);
  const signature = good.signature.slice();
  signature[0]! ^= 1;
  expect(await isProven(text, { ...good, signature })).toBe(false);
});
