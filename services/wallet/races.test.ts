import { type Database, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { CHAIN, openAccounts, readBalance, transferMany } from '@ece/vault';
import { generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RACE_ROUNDS, rounds } from '../../tests/support/rounds.ts';
import type { WalletContext } from './api.ts';
import { openWorld, type World } from './test-world.ts';
import { requestWithdrawal } from './withdrawals.ts';

const USDC = 1_000_000n;

let world: World;
let db: Database;
beforeAll(async () => {
  world = await openWorld(inject('chain'));
  db = world.db;
});
afterAll(() => world.close());

const fresh = async () => (await generateKeyPairSigner()).address;

/** Accounts with money that was never on chain. */
async function accounts(count: number, amount: bigint): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  const deposits = ids.map((accountId) => ({
    kind: 'deposit' as const,
    reference: null,
    postings: [
      { accountId: CHAIN, amount: -amount },
      { accountId, amount },
    ],
  }));
  await transaction(db, async (tx) => {
    await openAccounts(tx, ids);
    await transferMany(tx, deposits);
    return { ok: true, value: undefined };
  });
  return ids;
}

describe('two withdrawals with the balance for one', () => {
  test('in the vault: exactly one is taken', async () => {
    const address = await fresh();
    const ids = await accounts(RACE_ROUNDS, 7n * USDC);
    const sender = { request: async () => {} };
    const context = { sender } as unknown as WalletContext;
    const results = await rounds(ids.length, 4, async (round) => {
      const withdrawal = { accountId: ids[round]!, amount: 4n * USDC, address };
      const take = () => transaction(db, (tx) => requestWithdrawal(tx, context, withdrawal));
      const taken = await Promise.all([take(), take()]);
      const left = (await readBalance(db, ids[round]!))!.available;
      return { codes: taken.map((each) => (each.ok ? 'taken' : each.error.code)).sort(), left };
    });
    const expected = { codes: ['insufficient_funds', 'taken'], left: 3n * USDC };
    expect(results).toEqual(ids.map(() => expected));
    await db`delete from wallet.transfers`;
  });

  test('on chain: exactly one is paid', async () => {
    const [one, two] = [world.start(), world.start()];
    for (let round = 0; round < 5; round++) {
      const account = newId();
      const funding = await one.api.fund(account, 6n * USDC);
      await world.until([one], () => one.api.settled([funding]));
      const addresses = [await fresh(), await fresh()];
      const ask = (index: number) =>
        [one, two][index]!.call(account, 'POST', '/wallet/withdrawals', {
          amount: '5',
          address: addresses[index],
        });
      const answers = await Promise.all([ask(0), ask(1)]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409]);
      const paid = answers.find((answer) => answer.status === 202)!;
      await world.until([one], () => one.api.settled([String(paid.body.id)]));
      const received = await Promise.all(addresses.map((address) => world.usdcOf(address)));
      expect(received.sort()).toEqual([0n, 5n * USDC]);
    }
  });
});

test('a deposit address that is asked for at the same time for the first time is made once', async () => {
  const processes = [world.start(), world.start()];
  const accountIds = Array.from({ length: RACE_ROUNDS }, newId);
  await transaction(db, async (tx) => {
    await openAccounts(tx, accountIds);
    return { ok: true, value: undefined };
  });
  const addresses = await rounds(accountIds.length, 2, async (round) =>
    Promise.all([...processes, ...processes].map(({ api }) => api.depositAddress(accountIds[round]!))),
  );
  const stored = new Map(
    (await processes[0]!.api.accountsOfAddresses(addresses.flat())).map((each) => [
      each.accountId,
      each.address,
    ]),
  );
  expect(addresses).toEqual(accountIds.map((id) => Array(4).fill(stored.get(id))));
  expect(stored.size).toBe(accountIds.length);
});
