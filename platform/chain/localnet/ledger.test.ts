import { afterEach, beforeEach, expect, test } from 'vitest';
import { Ledger } from './ledger.ts';
import { temporaryFolder } from './testing.ts';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

test('a failed write undoes its whole group and stops the ledger', async () => {
  const ledger = new Ledger(folder.path);
  ledger.write(() => ledger.setState('kept', 1));
  await ledger.durable();
  ledger.write(() => ledger.setState('lost', 2));
  const broken = () => {
    throw new Error('disk full');
  };
  expect(() => ledger.write(broken)).toThrow('the ledger could not be written');
  await expect(ledger.durable()).rejects.toThrow('the ledger could not be written');
  expect(() => ledger.write(() => ledger.setState('later', 3))).toThrow('the ledger could not be written');
  await ledger.close();

  const again = new Ledger(folder.path);
  expect(['kept', 'lost', 'later'].map((name) => again.state(name))).toEqual([1n, undefined, undefined]);
  await again.close();
});

test('amounts of lamports beyond 2^53 are kept exactly', async () => {
  const ledger = new Ledger(undefined);
  const address = new Uint8Array(32).fill(1);
  const state = { lamports: 2n ** 60n + 1n, data: Uint8Array.of(1, 2), owner: address, executable: false };
  ledger.write(() => ledger.setAccount(address, state));
  expect([...ledger.allAccounts()]).toEqual([{ address, state }]);
  expect(ledger.accounts({ owner: address })).toEqual([{ address, state }]);
  ledger.write(() => ledger.setAccount(address, null));
  expect([...ledger.allAccounts()]).toEqual([]);
  await ledger.close();
});
