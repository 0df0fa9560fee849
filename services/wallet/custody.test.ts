import { atomically } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { OUTBOUND, readBalance, transfer } from '@ece/vault';
import { generateKeyPairSigner } from '@solana/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Custody, readCustody } from './api.ts';
import { openWorld, type WalletProcess, type World } from './test-world.ts';

const USDC = 1_000_000n;

let world: World;
let one: WalletProcess;
beforeAll(async () => {
  world = await openWorld(inject('chain'));
  one = world.start();
});
afterAll(() => world.close());

const available = async (account: string) => (await readBalance(world.db, account))?.available ?? 0n;
const fresh = async () => (await generateKeyPairSigner()).address;

/** An account with money whose deposit has reached the treasury. */
async function funded(amount: bigint): Promise<string> {
  const account = newId();
  const id = await one.api.fund(account, amount);
  await world.until([one], () => one.api.settled([id]));
  await world.until([one], async () => (await readCustody(world.db)).inFlight.length === 0);
  return account;
}

async function withdraw(process: WalletProcess, account: string, amount: string, address: string) {
  return process.call(account, 'POST', '/wallet/withdrawals', { amount, address });
}

async function onChain(custody: Custody): Promise<bigint> {
  const accounts = [custody.treasury!, ...custody.deposits.map((deposit) => deposit.tokenAccount)];
  const balances = await world.chain.tokenBalances(accounts, 'finalized');
  return balances.reduce<bigint>((sum, balance) => sum + (balance ?? 0n), 0n);
}

async function settled(process: WalletProcess, id: unknown): Promise<void> {
  await world.until([process], () => process.api.settled([String(id)]));
}

describe('a withdrawal that is killed on its way is paid once, killed', () => {
  const dying = (method: 'broadcastAll' | 'outcomes' | 'tokenBalances', before: boolean) => {
    const real = world.chain[method] as (...args: unknown[]) => Promise<unknown>;
    const killed = async (...args: unknown[]) => {
      if (!before) await real(...args);
      throw new Error('killed');
    };
    return { ...world.chain, [method]: killed } as typeof world.chain;
  };

  const points: [string, () => Promise<WalletProcess>, string[]][] = [
    ['before it is built', async () => world.start({ chain: dying('tokenBalances', true) }), ['sign']],
    ['after the signature is stored', async () => world.start(), ['sign']],
    [
      'before the broadcast',
      async () => world.start({}, { chain: dying('broadcastAll', true) }),
      ['sign', 'broadcast'],
    ],
    [
      'after the broadcast, before it is noted',
      async () => world.start({}, { chain: dying('broadcastAll', false) }),
      ['sign', 'broadcast'],
    ],
    ['after the broadcast is noted', async () => world.start(), ['sign', 'broadcast']],
    [
      'before the end is recorded',
      async () => world.start({}, { chain: dying('outcomes', false) }),
      ['sign', 'broadcast', 'follow'],
    ],
  ];
  test.each(points)('%s', async (_, start, steps) => {
    const account = await funded(9n * USDC);
    const address = await fresh();
    const first = await start();
    const asked = await withdraw(first, account, '4', address);
    await first.run(...steps).catch((error) => expect(String(error)).toContain('killed'));
    const second = world.start();
    await settled(second, asked.body.id);
    expect(await world.usdcOf(address)).toBe(4n * USDC);
    expect(await available(account)).toBe(5n * USDC);
    expect((await readBalance(world.db, OUTBOUND))!.available).toBe(0n);
    const custody = await readCustody(world.db);
    expect(await onChain(custody)).toBe(custody.vault);
  });

  test('at a random step of every process, again and again', { timeout: 60_000 }, async () => {
    const step = fc.constantFrom('sign', 'broadcast', 'follow', 'deposits', 'sweeps');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 3 }), async (lives) => {
        const account = newId();
        const id = await one.api.fund(account, 8n * USDC);
        for (const steps of lives) await world.start().run(...(steps.length > 0 ? steps : ['sign']));
        await settled(one, id);
        const address = await fresh();
        const asked = await withdraw(one, account, '3', address);
        for (const steps of lives) await world.start().run(...(steps.length > 0 ? steps : ['sign']));
        await settled(one, asked.body.id);
        expect(await available(account)).toBe(5n * USDC);
        expect(await world.usdcOf(address)).toBe(3n * USDC);
      }),
      { numRuns: 6 },
    );
  });
});

describe('the treasury', () => {
  test('pays a withdrawal as soon as the sweep that it waits for is final', async () => {
    const account = newId();
    const id = await one.api.fund(account, 5_000n * USDC);
    const credit = ['sign', 'broadcast', 'follow', 'deposits'];
    await expect
      .poll(
        async () => {
          await one.run(...credit);
          return one.api.settled([id]);
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBe(true);
    const address = await fresh();
    const asked = await withdraw(one, account, '5000', address);
    await one.run('sign', 'broadcast');
    expect((await one.call(account, 'GET', `/wallet/transfers/${asked.body.id}`)).body.state).toBe(
      'requested',
    );
    await settled(one, asked.body.id);
    expect(await world.usdcOf(address)).toBe(5_000n * USDC);
  });

  test('never promises one sum to two withdrawals, in two processes', async () => {
    const account = await funded(100n * USDC);
    const custody = await readCustody(world.db);
    const two = world.start();
    // Money that the treasury has not got: a deposit that is booked and not swept.
    const late = newId();
    const outside = await world.outsider(custody.treasuryBalance);
    await world.pay(outside, await one.api.depositAddress(late), custody.treasuryBalance);
    await one.run('deposits');
    const all = String(custody.treasuryBalance / USDC);
    const [mine, theirs] = await Promise.all([
      withdraw(one, account, '100', await fresh()),
      withdraw(two, late, all, await fresh()),
    ]);
    await Promise.all([one.run('sign'), two.run('sign')]);
    const states = await Promise.all([
      one.call(account, 'GET', `/wallet/transfers/${mine.body.id}`),
      one.call(late, 'GET', `/wallet/transfers/${theirs.body.id}`),
    ]);
    expect(states.map((state) => state.body.state).sort()).toEqual(['requested', 'signed']);
    await settled(one, mine.body.id);
    await settled(two, theirs.body.id);
  });

  test('what is in flight explains every difference between the chain and the vault', async () => {
    const account = await funded(50n * USDC);
    await withdraw(one, account, '20', await fresh());
    await one.run('sign', 'broadcast');
    let custody = await readCustody(world.db);
    expect(custody.inFlight).toMatchObject([{ kind: 'withdrawal', amount: 20n * USDC }]);
    const { signature } = custody.inFlight[0]!;
    await expect
      .poll(async () => (await world.chain.statuses([signature!])).get(signature!)?.state)
      .toBe('finalized');
    expect(await onChain(custody)).toBe(custody.vault - 20n * USDC);
    await world.until([one], async () => (await readCustody(world.db)).inFlight.length === 0);
    custody = await readCustody(world.db);
    expect(await onChain(custody)).toBe(custody.vault);
    expect(custody.booked).toBe(custody.vault);
  });

  test('collects small sums where a withdrawal waits for them', async () => {
    const [account, other] = [newId(), newId()];
    const ids = await Promise.all([account, other].map((each) => one.api.fund(each, 700_000n)));
    await world.until([one], () => one.api.settled(ids));
    const before = await readCustody(world.db);
    expect(before.inFlight).toEqual([]);
    await atomically(world.db, (tx) =>
      transfer(tx, { kind: 'trade', reference: null }, [
        { accountId: other, amount: -700_000n },
        { accountId: account, amount: 700_000n },
      ]),
    );
    const poor = world.start({ chain: { ...world.chain, tokenBalances: async () => [0n] } });
    const asked = await withdraw(one, account, '1.4', await fresh());
    await poor.run('sign');
    await one.run('sweeps');
    expect((await readCustody(world.db)).inFlight).toMatchObject([{ kind: 'withdrawal' }]);
    await world.db`update wallet.transfers set created_at = created_at - interval '1 minute'
      where id = ${String(asked.body.id)}`;
    await one.run('sweeps');
    const { inFlight } = await readCustody(world.db);
    expect(inFlight.filter((each) => each.kind === 'sweep').map((each) => each.amount)).toEqual([
      700_000n,
      700_000n,
    ]);
    await settled(one, asked.body.id);
  });

  test('another key file or another mint stops the start', async () => {
    const stranger = world.start({ usdcMint: await fresh() });
    await expect(stranger.run('preparation')).rejects.toThrow('not the one that this database was made with');
  });
});
