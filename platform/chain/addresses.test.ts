import { generateKeyPairSigner } from '@solana/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAddress, isWalletAddress, tokenAccountAddress } from './client.ts';

const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

test('a fresh key is a wallet', async () => {
  const { address } = await generateKeyPairSigner();
  expect(isAddress(address)).toBe(true);
  expect(isWalletAddress(address)).toBe(true);
});

test('programs, sysvars and derived addresses are addresses but no wallets', async () => {
  const { address } = await generateKeyPairSigner();
  const others = [
    '11111111111111111111111111111111',
    'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
    'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
    'ComputeBudget111111111111111111111111111111',
    'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
    'BPFLoaderUpgradeab1e11111111111111111111111',
    'So11111111111111111111111111111111111111112',
    '1nc1nerator11111111111111111111111111111111',
    'SysvarC1ock11111111111111111111111111111111',
    'SysvarRent111111111111111111111111111111111',
    'Vote111111111111111111111111111111111111111',
    await tokenAccountAddress(address, USDC, 'token'),
    await tokenAccountAddress(address, USDC, 'token-2022'),
  ];
  for (const other of others) {
    expect([other, isAddress(other)]).toEqual([other, true]);
    expect([other, isWalletAddress(other)]).toEqual([other, false]);
  }
});

test('other texts are no addresses', async () => {
  const { address } = await generateKeyPairSigner();
  const texts = [
    '',
    ' ',
    `${address} `,
    `${address}1`,
    address.slice(0, -8),
    `0${address.slice(1)}`,
    '1'.repeat(5_000),
  ];
  for (const text of [...texts, 'https://example.org', "'; drop table wallets; --", '\u0000']) {
    expect(isAddress(text)).toBe(false);
    expect(isWalletAddress(text)).toBe(false);
  }
  fc.assert(fc.property(fc.string(), (text) => !isWalletAddress(text)));
});

test('a token account is fixed by owner, mint and program', async () => {
  const [one, two] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
  const accounts = await Promise.all([
    tokenAccountAddress(one.address, USDC, 'token'),
    tokenAccountAddress(one.address, USDC, 'token-2022'),
    tokenAccountAddress(two.address, USDC, 'token'),
  ]);
  expect(new Set(accounts).size).toBe(3);
  expect(await tokenAccountAddress(one.address, USDC, 'token')).toBe(accounts[0]);
  await expect(tokenAccountAddress('nonsense', USDC, 'token')).rejects.toThrow('Not a Solana address');
});
