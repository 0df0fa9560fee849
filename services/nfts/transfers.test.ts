import { operations } from '@ece/contract';
import { tokenAccountAddress } from '@ece/platform/chain/client';
import { finalized, signedBy, signedByWallet } from '@ece/platform/chain/test-chain';
import { readTopic } from '@ece/platform/outbox/publish';
import { readCopies } from '@ece/vault';
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { watchDeposits } from './deposits.ts';
import { KEYS } from './key-paths.ts';
import type { Card, CardSet, Copy, CopyDetail, CopyEvent, CopyWithdrawal } from './present.ts';
import { drawing, expectProblem, type Person, startExchange, type TestExchange } from './test-exchange.ts';

const calls = operations.nfts;
let exchange: TestExchange;
let admin: Person;
let ann: Person;
let ben: Person;
let card: Card;
let feePayer: KeyPairSigner;
let stop: () => Promise<void>;
beforeAll(async () => {
  exchange = await startExchange();
  [admin, ann, ben] = [await exchange.person('admin'), await exchange.person(), await exchange.person()];
  feePayer = await exchange.keys.signer(KEYS.feePayer);
  const set = await exchange.call<CardSet>(admin, 'POST', '/sets', {
    body: { code: 'WAY', name: 'The way' },
  });
  const body = {
    setId: set.body.id,
    number: 1,
    name: 'Traveller',
    rarity: 'rare',
    category: 'Tools',
    editionSize: 100,
    artwork: drawing().toString('base64'),
  };
  card = (await exchange.call<Card>(admin, 'POST', '/cards', { body })).body;
  stop = exchange.run();
});
afterAll(async () => {
  await stop();
  await exchange.stop();
});

async function copyOf(owner: Person): Promise<string> {
  const body = { quantity: 1, ownerHandle: owner.handle };
  const path = `/cards/${card.id}/mint`;
  const id = (await exchange.call<{ copies: Copy[] }>(admin, 'POST', path, { body })).body.copies[0]!.id;
  await vi.waitFor(async () => expect((await detail(id)).custody).toBe('exchange'), {
    timeout: 20_000,
    interval: 50,
  });
  return id;
}

const detail = async (id: string) =>
  (await exchange.call<CopyDetail>(undefined, 'GET', `/copies/${id}`, { schema: calls.getCopy.response }))
    .body;

const withdraw = (who: Person, copyId: string, address: string, key?: string) =>
  exchange.call<CopyWithdrawal>(who, 'POST', `/copies/${copyId}/withdrawals`, {
    body: { address },
    key,
    schema: calls.withdrawCopy.response,
  });

async function withdrawalEnds(who: Person, id: string): Promise<CopyWithdrawal> {
  return vi.waitFor(
    async () => {
      const { body } = await exchange.call<CopyWithdrawal>(who, 'GET', `/copies/withdrawals/${id}`, {
        schema: calls.getCopyWithdrawal.response,
      });
      expect(['final', 'returned']).toContain(body.state);
      return body;
    },
    { timeout: 20_000, interval: 50 },
  );
}

/** Sends an NFT between wallets, as its holder does outside the exchange. */
async function send(mint: string, from: KeyPairSigner, toOwner: string, reference: string): Promise<string> {
  const { chain } = exchange;
  const transfer = {
    authority: from,
    program: 'token-2022' as const,
    mint,
    toOwner,
    amount: 1n,
    decimals: 0,
  };
  const { wire, signature } = signedBy(await chain.signTokenTransfer({ feePayer, reference, ...transfer }));
  expect((await chain.broadcast(wire)).ok).toBe(true);
  return signature;
}

test('a copy goes out to a wallet and comes back to another account, exactly once', async () => {
  const { chain, db, main } = exchange;
  const copyId = await copyOf(ann);
  const outside = await generateKeyPairSigner();
  const asked = await withdraw(ann, copyId, outside.address, 'key-1');
  expect(asked.status).toBe(202);
  expect((await withdraw(ann, copyId, outside.address, 'key-1')).body).toEqual(asked.body);
  const done = await withdrawalEnds(ann, asked.body.id);
  expect(done).toMatchObject({
    state: 'final',
    copyId,
    address: outside.address,
    signature: expect.any(String),
  });

  const away = await detail(copyId);
  expect(away).toMatchObject({ custody: 'outside', ownerHandle: null, epoch: 1, commitment: null });
  expect(away.onChain?.owner).toBe(outside.address);
  expectProblem(await withdraw(ann, copyId, outside.address), 'copy_away');

  const depositAddress = await main.wallet.depositAddress(ben.id);
  const arrival = await send(away.mint!, outside, depositAddress, 'back-1');
  await vi.waitFor(async () => expect((await detail(copyId)).custody).toBe('exchange'), {
    timeout: 20_000,
    interval: 50,
  });
  const back = await detail(copyId);
  expect(back).toMatchObject({ ownerHandle: ben.handle, epoch: 2 });
  const deposits = await db`select transaction, account_id from nfts.copy_deposits where copy_id = ${copyId}`;
  expect(deposits).toEqual([{ transaction: arrival, account_id: ben.id }]);

  const history = await exchange.call<{ items: CopyEvent[] }>(undefined, 'GET', `/copies/${copyId}/history`, {
    schema: calls.copyHistory.response,
  });
  expect(
    history.body.items.map((event) => [event.epoch, event.kind, event.fromHandle, event.toHandle]),
  ).toEqual([
    [2, 'deposit', null, ben.handle],
    [1, 'withdrawal', ann.handle, null],
    [0, 'mint', null, ann.handle],
  ]);
  const told = async (person: Person) =>
    (await readTopic(db, `user:${person.id}`, 0n, 10)).map((event) => event.type);
  expect(await told(ann)).toEqual(['user.registered', 'copy.minted', 'copy.withdrawn']);
  expect(await told(ben)).toEqual(['user.registered', 'copy.deposited']);
  const moves = (await readTopic(db, `card:${back.cardId}`, 0n, 100)).filter(
    (event) => event.data.copyId === copyId,
  );
  const move = { copyId, cardId: back.cardId };
  expect(moves.map((event) => event.data)).toEqual([
    { ...move, epoch: 0, fromId: null, toId: ann.id, by: 'mint' },
    { ...move, epoch: 1, fromId: ann.id, toId: null, by: 'withdrawal' },
    { ...move, epoch: 2, fromId: null, toId: ben.id, by: 'deposit' },
  ]);

  // Out again, from the deposit address where it lies now.
  const again = await withdraw(ben, copyId, outside.address);
  expect((await withdrawalEnds(ben, again.body.id)).state).toBe('final');
  expect((await chain.nftHolder(away.mint!, 'finalized'))?.owner).toBe(outside.address);
});

test('a wallet brings a copy back by a transaction that it signs itself', async () => {
  const { chain } = exchange;
  const copyId = await copyOf(ann);
  const outside = await generateKeyPairSigner();
  const prepare = (from: string, id = copyId) =>
    exchange.call<{ transaction: string; chain: string }>(ben, 'POST', `/copies/${id}/deposits`, {
      body: { from },
      schema: calls.prepareCopyDeposit.response,
    });
  expectProblem(await prepare(outside.address), 'not_in_wallet');
  expectProblem(await prepare(outside.address, '01890a5d-ac96-774b-bcce-b302099a8057'), 'not_found');
  const asked = await withdraw(ann, copyId, outside.address);
  await withdrawalEnds(ann, asked.body.id);
  expectProblem(await prepare((await generateKeyPairSigner()).address), 'not_in_wallet');
  expectProblem(await prepare('1'.repeat(32)), 'invalid_address');
  await finalized(chain, await chain.airdrop(outside.address, 1_000_000_000n));
  const prepared = (await prepare(outside.address)).body;
  expect(prepared.chain).toBe('solana:localnet');
  expect((await chain.broadcast(prepared.transaction)).ok).toBe(false);
  expect(await chain.broadcast(await signedByWallet(prepared.transaction, outside))).toMatchObject({
    ok: true,
  });
  await vi.waitFor(async () => expect((await detail(copyId)).ownerHandle).toBe(ben.handle), {
    timeout: 20_000,
    interval: 50,
  });
});

test('a deposit that is seen by many is credited once, and one that was counted before is none', async () => {
  const { db, main, startProcess } = exchange;
  const copyId = await copyOf(ann);
  const outside = await generateKeyPairSigner();
  await withdrawalEnds(ann, (await withdraw(ann, copyId, outside.address)).body.id);
  await stop();
  const { mint } = await detail(copyId);
  await send(mint!, outside, await main.wallet.depositAddress(ben.id), 'back-2');
  const { chain } = exchange;
  await vi.waitFor(async () =>
    expect((await chain.nftHolder(mint!, 'finalized'))?.owner).not.toBe(outside.address),
  );
  const watchers = Array.from({ length: 4 }, () => startProcess());
  // The rows that a watcher has taken are free again for the next one.
  for (let round = 0; round < 3; round++) {
    await Promise.all(watchers.map(({ context }) => watchDeposits(context)));
  }
  const [copy] = await readCopies(db, [copyId]);
  expect(copy).toMatchObject({ ownerId: ben.id, epoch: 2n, commitment: null });

  // A node that lags behind still shows the copy at the deposit address after it has left again.
  const gone = await withdraw(ben, copyId, outside.address);
  stop = exchange.run();
  await withdrawalEnds(ben, gone.body.id);
  await stop();
  const holder = await chain.nftHolder(mint!, 'finalized');
  const account = await main.wallet.depositAddress(ben.id);
  const tokenAccount = await tokenAccountAddress(account, mint!, 'token-2022');
  expect(holder?.owner).toBe(outside.address);
  const lagging = {
    ...chain,
    nftHolders: async (mints: readonly string[]) =>
      new Map(mints.map((each) => [each, { owner: account, tokenAccount }])),
    signaturesFor: async (...args: Parameters<typeof chain.signaturesFor>) =>
      (await chain.signaturesFor(...args)).slice(1),
  };
  await watchDeposits({ ...main.context, chain: lagging });
  expect((await readCopies(db, [copyId]))[0]).toMatchObject({ epoch: 3n });
  expect(await db`select 1 from nfts.copy_deposits where copy_id = ${copyId}`).toHaveLength(1);
  stop = exchange.run();
});

test('two withdrawals of one copy at once: one goes out', async () => {
  const copyId = await copyOf(ann);
  const addresses = await Promise.all([1, 2, 3].map(async () => (await generateKeyPairSigner()).address));
  const replies = await Promise.all(addresses.map((address) => withdraw(ann, copyId, address)));
  expect(replies.map((reply) => reply.status).sort()).toEqual([202, 409, 409]);
  const won = replies.find((reply) => reply.status === 202)!;
  expect((await withdrawalEnds(ann, won.body.id)).state).toBe('final');
  expect((await detail(copyId)).onChain?.owner).toBe(won.body.address);
});

test('a transfer that the chain refuses leaves the copy with its owner', async () => {
  const { db } = exchange;
  const copyId = await copyOf(ann);
  await stop();
  const asked = await withdraw(ann, copyId, (await generateKeyPairSigner()).address);
  await db`update nfts.copy_withdrawals set holder_path = 'not-the-holder' where id = ${asked.body.id}`;
  const impatient = exchange.startProcess({}, { maxAttempts: 1 });
  const end = exchange.run(impatient);
  const ended = await withdrawalEnds(ann, asked.body.id);
  expect(ended.state).toBe('returned');
  await end();
  stop = exchange.run();
  expect(await detail(copyId)).toMatchObject({
    custody: 'exchange',
    commitment: null,
    ownerHandle: ann.handle,
    epoch: 0,
  });
});

test('refusals', async () => {
  const { keys, main } = exchange;
  const copyId = await copyOf(ann);
  const wallet = (await generateKeyPairSigner()).address;
  const { mint } = await detail(copyId);
  expectProblem(await withdraw(ben, copyId, wallet), 'copy_not_owned');
  expectProblem(await withdraw(ann, '01890a5d-ac96-774b-bcce-b302099a8057', wallet), 'not_found');
  expectProblem(await withdraw(ann, copyId, mint!), 'invalid_address');
  expectProblem(await withdraw(ann, copyId, '1'.repeat(32)), 'invalid_address');
  expectProblem(await withdraw(ann, copyId, (await keys.signer(KEYS.custody)).address), 'own_address');
  expectProblem(await withdraw(ann, copyId, await main.wallet.depositAddress(ben.id)), 'own_address');
  const body = { address: wallet };
  expectProblem(
    await exchange.call(undefined, 'POST', `/copies/${copyId}/withdrawals`, { body }),
    'unauthenticated',
  );
  const asked = await withdraw(ann, copyId, wallet);
  expectProblem(await exchange.call(ben, 'GET', `/copies/withdrawals/${asked.body.id}`), 'not_found');
  expectProblem(await withdraw(ann, copyId, wallet), 'copy_committed');
});

test('a showcase keeps its order, takes only copies of one’s own, and lets go of those that have left', async () => {
  const [first, second, third] = [await copyOf(ann), await copyOf(ann), await copyOf(ann)];
  const show = (who: Person, copyIds: string[]) =>
    exchange.call<{ items: { id: string }[] }>(who, 'PUT', '/users/me/showcase', {
      body: { copyIds },
      schema: calls.setShowcase.response,
    });
  const shown = async (handle: string) => {
    const reply = await exchange.call<{ items: { id: string }[] }>(
      undefined,
      'GET',
      `/users/${handle}/showcase`,
      { schema: calls.showcase.response },
    );
    return reply.body.items.map(({ id }) => id);
  };
  expect(await shown(ann.handle)).toEqual([]);
  expect((await show(ann, [third, first, second])).body.items.map(({ id }) => id)).toEqual([
    third,
    first,
    second,
  ]);
  expectProblem(await show(ben, [first]), 'copy_not_owned');
  expectProblem(await show(ann, [first, await copyOf(ben)]), 'copy_not_owned');
  expect((await show(ann, [first, first])).status).toBe(400);
  expect(await shown(ann.handle)).toEqual([third, first, second]);
  const wallet = await generateKeyPairSigner();
  await withdrawalEnds(ann, (await withdraw(ann, first, wallet.address)).body.id);
  expect(await shown(ann.handle)).toEqual([third, second]);
  await show(ann, []);
  expect(await shown(ann.handle)).toEqual([]);
  const nobody = await exchange.call(undefined, 'GET', '/users/nobody_at_all/showcase');
  expectProblem(nobody, 'not_found');
});
