import { operations } from '@ece/contract';
import { tokenAccountAddress } from '@ece/platform/chain/client';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import { OUTBOUND, readBalance } from '@ece/vault';
import { generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readCustody } from './api.ts';
import { openWorld, problems, type WalletProcess, type World } from './test-world.ts';
import { KEYS } from './wallets.ts';

const { wallet: contract } = operations;
const USDC = 1_000_000n;

let world: World;
let one: WalletProcess;
let two: WalletProcess;
beforeAll(async () => {
  world = await openWorld(inject('chain'));
  one = world.start();
  two = world.start();
});
afterAll(() => world.close());

const available = async (account: string) => (await readBalance(world.db, account))?.available ?? 0n;
const fresh = async () => (await generateKeyPairSigner()).address;

async function funded(amount: bigint): Promise<string> {
  const account = newId();
  const id = await one.api.fund(account, amount);
  await world.until([one], () => one.api.settled([id]));
  return account;
}

/** Everything that is under way has ended, and what the exchange holds on chain is what its books say. */
async function expectCustodyToAgree(): Promise<void> {
  let custody = await readCustody(world.db);
  await world.until([one], async () => {
    custody = await readCustody(world.db);
    return custody.inFlight.length === 0;
  });
  const accounts = [custody.treasury!, ...custody.deposits.map((deposit) => deposit.tokenAccount)];
  const balances = await world.chain.tokenBalances(accounts, 'finalized');
  expect(balances.map((balance) => balance ?? 0n)).toEqual([
    custody.treasuryBalance,
    ...custody.deposits.map((deposit) => deposit.balance),
  ]);
  expect(custody.booked).toBe(custody.vault);
  expect(balances.reduce<bigint>((sum, balance) => sum + (balance ?? 0n), 0n)).toBe(custody.vault);
}

describe('the faucet', () => {
  test('sends test USDC over the chain and credits it once it is final', async () => {
    const account = newId();
    const asked = await one.call(account, 'POST', '/wallet/faucet', { amount: '125.5' });
    expect(problems(contract.faucet, asked)).toBeUndefined();
    expect(asked.body).toMatchObject({ kind: 'faucet', state: 'requested', amount: '125.5', finalAt: null });
    expect(await available(account)).toBe(0n);
    const path = `/wallet/transfers/${asked.body.id}`;
    await world.until([one], async () => (await one.call(account, 'GET', path)).body.state === 'final');
    const shown = await one.call(account, 'GET', path);
    expect(problems(contract.transfer, shown)).toBeUndefined();
    const wallet = await one.call(account, 'GET', '/wallet');
    expect(problems(contract.get, wallet)).toBeUndefined();
    expect(wallet.body).toMatchObject({ available: '125.5', held: '0', currency: 'USDC' });
    const { signature } = shown.body as { signature: string };
    expect((await world.chain.transaction(signature))!.tokenChanges).toMatchObject([
      { owner: wallet.body.depositAddress, mint: wallet.body.usdcMint, delta: 125_500_000n },
    ]);
    const entries = await one.call(account, 'GET', '/wallet/entries');
    expect(problems(contract.entries, entries)).toBeUndefined();
    expect(entries.body.items).toMatchObject([
      { kind: 'deposit', amount: '125.5', balance: '125.5', reference: asked.body.id },
    ]);
    expect(await readTopic(world.db, `user:${account}`, 0n, 10)).toMatchObject([
      { type: 'wallet.deposited', data: { transferId: asked.body.id, amount: '125.5' } },
    ]);
    await expectCustodyToAgree();
  });

  test('a repeated call is one payment, and its key fits no other call', async () => {
    const account = newId();
    const key = newId();
    const first = await one.call(account, 'POST', '/wallet/faucet', { amount: '3' }, key);
    const second = await two.call(account, 'POST', '/wallet/faucet', { amount: '3' }, key);
    expect(second).toEqual(first);
    const other = await one.call(account, 'POST', '/wallet/faucet', { amount: '4' }, key);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    await world.until([one], () => one.api.settled([String(first.body.id)]));
    expect(await available(account)).toBe(3n * USDC);
    const list = await one.call(account, 'GET', '/wallet/transfers');
    expect(problems(contract.transfers, list)).toBeUndefined();
    expect(list.body.items).toHaveLength(1);
  });

  test.each([
    ['0', 422, 'amount_too_small'],
    ['0.009999', 422, 'amount_too_small'],
    ['10000.000001', 422, 'amount_too_large'],
    ['-1', 400, 'validation_failed'],
  ])('refuses %s', async (amount, status, code) => {
    const answer = await one.call(newId(), 'POST', '/wallet/faucet', { amount });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  test('is closed off the local chain', async () => {
    const elsewhere = world.start({ faucet: false });
    const answer = await elsewhere.call(newId(), 'POST', '/wallet/faucet', { amount: '1' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'faucet_disabled' } });
    await expect(elsewhere.api.fund(newId(), USDC)).rejects.toThrow('local chain only');
  });

  test('has a limit of payments on their way to one account', async () => {
    const account = newId();
    const ask = () => one.call(account, 'POST', '/wallet/faucet', { amount: '1' });
    const answers = await Promise.all(Array.from({ length: 25 }, ask));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    await world.until([one, two], async () => (await available(account)) === 20n * USDC);
  });

  test('a history that is brought in keeps its dates', async () => {
    const account = newId();
    const bookedAt = new Date('2020-02-03T04:05:06.789Z');
    const id = await one.api.fund(account, 7n * USDC, bookedAt);
    await world.until([one], () => one.api.settled([id]));
    const entries = await one.call(account, 'GET', '/wallet/entries');
    expect(entries.body.items).toMatchObject([{ amount: '7', at: '2020-02-03T04:05:06.789Z' }]);
  });
});

describe('deposits', () => {
  test('from an outside wallet are credited once, by however many watchers', async () => {
    const account = newId();
    const address = await one.api.depositAddress(account);
    expect(await one.api.accountsOfAddresses([address, await fresh()])).toEqual([
      { address, accountId: account },
    ]);
    const sender = await world.outsider(50n * USDC);
    const signature = await world.pay(sender, address, 12_345_678n);
    const watchers = [one, two, world.start(), world.start()];
    await Promise.all(watchers.map((each) => each.run('deposits')));
    await Promise.all(watchers.map((each) => each.run('deposits')));
    expect(await available(account)).toBe(12_345_678n);
    const list = await one.call(account, 'GET', '/wallet/transfers');
    expect(list.body.items).toMatchObject([
      { kind: 'deposit', state: 'final', amount: '12.345678', address, signature },
    ]);
    expect(await readTopic(world.db, `user:${account}`, 0n, 10)).toHaveLength(1);
  });

  test('many in small pages, with a start over in the middle, are each credited once', async () => {
    const account = newId();
    const address = await one.api.depositAddress(account);
    const sender = await world.outsider(100n * USDC);
    for (let n = 1n; n <= 7n; n++) await world.pay(sender, address, n * USDC);
    const { usdcMint } = (await one.call(account, 'GET', '/wallet')).body;
    const tokenAccount = await tokenAccountAddress(address, String(usdcMint), 'token');
    let pages = 0;
    const small = (fail: number) => ({
      ...world.chain,
      async signaturesFor(...[of, options]: Parameters<typeof world.chain.signaturesFor>) {
        if (of === tokenAccount && ++pages === fail) throw new Error('killed');
        return world.chain.signaturesFor(of, { ...options, limit: 2 });
      },
    });
    await expect(world.start({ chain: small(3) }).run('deposits')).rejects.toThrow('killed');
    expect(await available(account)).toBe(22n * USDC);
    await world.start({ chain: small(0) }).run('deposits');
    expect(await available(account)).toBe(28n * USDC);
    expect(pages).toBe(3 + 5);
    await world.start().run('deposits');
    expect(await available(account)).toBe(28n * USDC);
  });

  test('one that hides behind a sweep of the same amount is found', async () => {
    const account = newId();
    const address = await one.api.depositAddress(account);
    const sender = await world.outsider(20n * USDC);
    await world.pay(sender, address, 5n * USDC);
    await one.run('deposits', 'sweeps', 'sign', 'broadcast');
    await expect.poll(() => world.usdcOf(address)).toBe(0n);
    await world.pay(sender, address, 5n * USDC);
    await one.run('deposits');
    expect(await available(account)).toBe(5n * USDC);
    await one.run('follow', 'deposits');
    expect(await available(account)).toBe(10n * USDC);
    await expectCustodyToAgree();
  });
});

describe('withdrawals', () => {
  test('go to a fresh wallet, as the chain itself says', async () => {
    const account = await funded(100n * USDC);
    const address = await fresh();
    const asked = await one.call(account, 'POST', '/wallet/withdrawals', { amount: '40.25', address });
    expect(problems(contract.withdraw, asked)).toBeUndefined();
    expect(asked.body).toMatchObject({ kind: 'withdrawal', state: 'requested', amount: '40.25', address });
    expect(await available(account)).toBe(59_750_000n);
    const path = `/wallet/transfers/${asked.body.id}`;
    await world.until([one, two], async () => (await two.call(account, 'GET', path)).body.state === 'final');
    const shown = await one.call(account, 'GET', path);
    expect(problems(contract.transfer, shown)).toBeUndefined();
    expect(await world.usdcOf(address)).toBe(40_250_000n);
    const { signature } = shown.body as { signature: string };
    const treasury = (await world.keys.signer(KEYS.treasury)).address;
    const changes = (await world.chain.transaction(signature))!.tokenChanges;
    expect(new Map(changes.map((change) => [change.owner, change.delta]))).toEqual(
      new Map([
        [treasury, -40_250_000n],
        [address, 40_250_000n],
      ]),
    );
    expect((await readTopic(world.db, `user:${account}`, 0n, 10)).at(-1)).toMatchObject({
      type: 'wallet.withdrawn',
      data: { transferId: asked.body.id, amount: '40.25', signature },
    });
    await expectCustodyToAgree();
    expect((await readBalance(world.db, OUTBOUND))!.available).toBe(0n);
  });

  test('a repeated call is paid once', async () => {
    const account = await funded(10n * USDC);
    const [address, key] = [await fresh(), newId()];
    const ask = (process: WalletProcess) =>
      process.call(account, 'POST', '/wallet/withdrawals', { amount: '4', address }, key);
    const answers = await Promise.all([ask(one), ask(two), ask(one)]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    await world.until([one], () => one.api.settled([String(answers[0]!.body.id)]));
    expect(await world.usdcOf(address)).toBe(4n * USDC);
    expect(await available(account)).toBe(6n * USDC);
  });

  test('of more than there is, too little, or to a wrong address are refused and change nothing', async () => {
    const account = await funded(10n * USDC);
    const { usdcMint, depositAddress } = (await one.call(account, 'GET', '/wallet')).body;
    const treasury = (await world.keys.signer(KEYS.treasury)).address;
    const cases = [
      ['10.000001', await fresh(), 409, 'insufficient_funds'],
      ['0.999999', await fresh(), 422, 'amount_too_small'],
      ['0', await fresh(), 422, 'amount_too_small'],
      ['1', depositAddress, 422, 'own_address'],
      ['1', treasury, 422, 'own_address'],
      ['1', usdcMint, 422, 'own_address'],
      ['1', 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 422, 'invalid_address'],
      ['1', '1'.repeat(32), 422, 'invalid_address'],
      ['1', 'z'.repeat(44), 422, 'invalid_address'],
      ['1', 'no address', 400, 'validation_failed'],
    ] as const;
    for (const [amount, address, status, code] of cases) {
      const answer = await one.call(account, 'POST', '/wallet/withdrawals', { amount, address });
      expect(answer, `${amount} to ${address}`).toMatchObject({ status, body: { code } });
    }
    expect(await available(account)).toBe(10n * USDC);
  });

  test('one that fails on chain gives the money back', async () => {
    const account = await funded(30n * USDC);
    await expectCustodyToAgree();
    const treasury = await world.keys.signer(KEYS.treasury);
    const lost = await world.usdcOf(treasury.address);
    const address = await fresh();
    const unchecked = world.start({}, { chain: { ...world.chain, broadcastAll: broadcastUnchecked } });
    const asked = await unchecked.call(account, 'POST', '/wallet/withdrawals', { amount: '30', address });
    await unchecked.run('sign');
    const outside = await world.outsider(0n);
    await world.pay(treasury, outside.address, lost);
    const path = `/wallet/transfers/${asked.body.id}`;
    await world.until([unchecked], async () => {
      const { body } = await one.call(account, 'GET', path);
      return body.state === 'returned';
    });
    expect(problems(contract.transfer, await one.call(account, 'GET', path))).toBeUndefined();
    expect(await available(account)).toBe(30n * USDC);
    expect(await world.usdcOf(address)).toBe(0n);
    expect((await readTopic(world.db, `user:${account}`, 0n, 10)).at(-1)).toMatchObject({
      type: 'wallet.returned',
      data: { transferId: asked.body.id, amount: '30' },
    });
    await world.pay(outside, treasury.address, lost);
    await expectCustodyToAgree();
  });

  test('a transfer is shown to its own account alone', async () => {
    const account = await funded(1n * USDC);
    const list = await one.call(account, 'GET', '/wallet/transfers');
    const [mine] = list.body.items as { id: string }[];
    expect(await one.call(newId(), 'GET', `/wallet/transfers/${mine!.id}`)).toMatchObject({ status: 404 });
    expect(await one.call(account, 'GET', `/wallet/transfers/${newId()}`)).toMatchObject({ status: 404 });
    expect(await one.call(undefined, 'GET', `/wallet/transfers/${mine!.id}`)).toMatchObject({ status: 401 });
  });

  test('lists come in pages without a gap', async () => {
    const account = newId();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift(await one.api.fund(account, 2n * USDC));
    await world.until([one], () => one.api.settled(ids));
    for (const path of ['/wallet/transfers', '/wallet/entries']) {
      const seen: unknown[] = [];
      let cursor: unknown = null;
      do {
        const { body } = await one.call(
          account,
          'GET',
          `${path}?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
        );
        seen.push(
          ...(body.items as { id: string; reference?: string }[]).map((item) => item.reference ?? item.id),
        );
        cursor = body.nextCursor;
      } while (cursor);
      expect([...seen].sort()).toEqual([...ids].sort());
    }
  });
});

/** Sends without the node's own trial run, so that a transaction that fails is included all the same. */
async function broadcastUnchecked(wires: readonly string[]) {
  for (const wire of wires) {
    const params = [wire, { encoding: 'base64', skipPreflight: true }];
    await fetch(inject('chain'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params }),
    });
  }
  return wires.map(() => ({ ok: true as const, value: undefined }));
}
