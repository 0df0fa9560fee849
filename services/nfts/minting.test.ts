import { operations } from '@ece/contract';
import { readTopic } from '@ece/platform/outbox/publish';
import { readCopies } from '@ece/vault';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KEYS } from './key-paths.ts';
import type { Card, CardSet, Copy, CopyDetail } from './present.ts';
import {
  drawing,
  expectProblem,
  type Person,
  PUBLIC_URL,
  startExchange,
  type TestExchange,
} from './test-exchange.ts';

const calls = operations.nfts;
let exchange: TestExchange;
let admin: Person;
let set: CardSet;
let number = 0;
beforeAll(async () => {
  exchange = await startExchange();
  admin = await exchange.person('admin');
  set = await makeSet('MINT');
});
afterAll(() => exchange.stop());

async function makeSet(code: string): Promise<CardSet> {
  const body = { code, name: `The set ${code}`, royaltyBasisPoints: 250 };
  return (await exchange.call<CardSet>(admin, 'POST', '/sets', { body, schema: calls.createSet.response }))
    .body;
}

async function makeCard(editionSize: number, change: object = {}): Promise<Card> {
  const body = {
    setId: set.id,
    number: ++number,
    name: `Card ${number}`,
    rarity: 'epic',
    category: 'Tools',
    editionSize,
    artwork: drawing().toString('base64'),
    ...change,
  };
  const answer = await exchange.call<Card>(admin, 'POST', '/cards', {
    body,
    schema: calls.createCard.response,
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

function mint(card: Card, quantity: number, more: { key?: string; ownerHandle?: string } = {}) {
  const { key, ...rest } = more;
  return exchange.call<{ copies: Copy[] }>(admin, 'POST', `/cards/${card.id}/mint`, {
    body: { quantity, ...rest },
    key,
    schema: calls.mint.response,
  });
}

const detail = async (id: string) =>
  (await exchange.call<CopyDetail>(undefined, 'GET', `/copies/${id}`, { schema: calls.getCopy.response }))
    .body;

async function minted(copyIds: string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = await exchange.db<{ n: number }[]>`
        select count(*)::int as n from nfts.mints where copy_id = any(${copyIds}::uuid[]) and state = 'final'`;
      expect(rows[0]!.n).toBe(copyIds.length);
    },
    { timeout: 30_000, interval: 50 },
  );
}

/** What the chain must say of copies: one NFT each, made by one transaction. */
async function expectOneNftEach(copyIds: string[]): Promise<void> {
  const { chain, keys } = exchange;
  const mints = await Promise.all(copyIds.map(async (id) => (await keys.signer(KEYS.mint(id))).address));
  expect(new Set(mints).size).toBe(copyIds.length);
  const custody = (await keys.signer(KEYS.custody)).address;
  for (const address of mints) {
    expect(await chain.nft(address, 'finalized')).toMatchObject({
      supply: 1n,
      decimals: 0,
      mintAuthority: null,
      holder: { owner: custody },
    });
    const made = (await chain.signaturesFor(address)).filter((entry) => entry.err === null);
    expect(made).toHaveLength(1);
  }
}

test('a copy becomes an NFT that says what it is', async () => {
  const stop = exchange.run();
  const owner = await exchange.person();
  const card = await makeCard(10, {
    description: 'It glows.',
    attributes: [{ key: 'Founded', value: '2031' }],
  });
  const { status, body } = await mint(card, 2, { ownerHandle: owner.handle });
  expect(status).toBe(202);
  expect(
    body.copies.map((copy) => [copy.serial, copy.ownerHandle, copy.commitment?.kind, copy.mint]),
  ).toEqual([
    [1, owner.handle, 'mint', null],
    [2, owner.handle, 'mint', null],
  ]);
  const copyId = body.copies[1]!.id;
  expect(await detail(copyId)).toMatchObject({ custody: 'pending', onChain: null });
  await minted(body.copies.map((copy) => copy.id));

  const copy = await detail(copyId);
  const group = await exchange.call<CardSet>(undefined, 'GET', `/sets/${set.id}`, {
    schema: calls.getSet.response,
  });
  expect(group.body).toMatchObject({ groupMint: expect.any(String), cards: 1, copies: 2 });
  expect(copy).toMatchObject({ custody: 'exchange', commitment: null, ownerHandle: owner.handle, serial: 2 });
  expect(copy.onChain).toEqual({
    owner: (await exchange.keys.signer(KEYS.custody)).address,
    supply: '1',
    decimals: 0,
    mintAuthority: null,
    name: `${card.name} #2`,
    symbol: 'MINT',
    uri: copy.metadataUri,
    group: group.body.groupMint,
  });
  expect(copy.metadataUri).toMatch(new RegExp(`^${PUBLIC_URL}/content/bafk`));
  const metadata = await exchange.call<{ image: string }>(
    undefined,
    'GET',
    copy.metadataUri!.slice(PUBLIC_URL.length),
  );
  expect(metadata.body).toMatchObject({
    name: `${card.name} #2`,
    description: 'It glows.',
    image: card.artwork.url,
  });
  const made = await exchange.chain.transaction(copy.mintTransaction!);
  expect(made?.tokenChanges).toEqual([expect.objectContaining({ mint: copy.mint, delta: 1n })]);
  await expectOneNftEach(body.copies.map((each) => each.id));
  const events = await readTopic(exchange.db, `user:${owner.id}`, 0n, 10);
  expect(events.map((event) => event.type)).toEqual(['user.registered', 'copy.minted', 'copy.minted']);
  expect(await exchange.main.api.mintProgress()).toEqual({ pending: 0, final: 2 });
  await stop();
});

test('the longest names and an address of 120 characters fit', async () => {
  const publicUrl = `https://${'a'.repeat(52)}.example`;
  const process = exchange.startProcess({ publicUrl });
  set = await makeSet('LONGCODE');
  const card = await makeCard(1_000_000, { name: '🂡'.repeat(80) });
  const stop = exchange.run(process);
  const { body } = await mint(card, 1);
  await minted(body.copies.map((copy) => copy.id));
  expect((await detail(body.copies[0]!.id)).onChain?.name).toMatch(/^🂡+… #1$/u);
  await stop();
  set = await makeSet('MORE');
});

test('a key has one effect, and the edition is never exceeded', async () => {
  const card = await makeCard(5);
  const first = await mint(card, 2, { key: 'same' });
  expect((await mint(card, 2, { key: 'same' })).body).toEqual(first.body);
  expectProblem(await mint(card, 3, { key: 'same' }), 'idempotency_key_reused');
  expectProblem(await mint(card, 4), 'edition_exhausted');
  const rivals = await Promise.all(Array.from({ length: 12 }, () => mint(card, 1)));
  const won = rivals.filter((reply) => reply.status === 202);
  for (const lost of rivals.filter((reply) => reply.status !== 202)) expectProblem(lost, 'edition_exhausted');
  expect(won.map((reply) => reply.body.copies[0]!.serial).sort()).toEqual([3, 4, 5]);
  const after = await exchange.call<Card>(undefined, 'GET', `/cards/${card.id}`, {
    schema: calls.getCard.response,
  });
  expect(after.body.minted).toBe(5);
});

test('refusals', async () => {
  const card = await makeCard(5);
  const nowhere = { ...card, id: '01890a5d-ac96-774b-bcce-b302099a8057' };
  expectProblem(await mint(nowhere, 1), 'not_found');
  expectProblem(await mint(card, 1, { ownerHandle: 'nobody_here' }), 'not_found');
  expectProblem(await mint(card, 0), 'validation_failed');
  expectProblem(await mint(card, 1001), 'validation_failed');
  const person = await exchange.person();
  const body = { quantity: 1 };
  expectProblem(await exchange.call(person, 'POST', `/cards/${card.id}/mint`, { body }), 'forbidden');
});

test('whatever crashes, and however many work at once, each copy is minted once', async () => {
  const copyIds: string[] = [];
  for (const size of [7, 9]) {
    const { body } = await mint(await makeCard(size), size);
    copyIds.push(...body.copies.map((copy) => copy.id));
  }
  const options = { leaseMs: 200, resendMs: 100 };
  const runSome = async (names: string[]) => {
    const process = exchange.startProcess({}, options);
    for (const name of names) await process.jobs.find((job) => job.name === name)!.run();
  };
  // Each of these processes dies at another place.
  const once = exchange.startProcess({}, options);
  const end = exchange.run(once);
  await vi.waitFor(
    async () => {
      const [row] = await exchange.db<
        { state: string }[]
      >`select group_state as state from nfts.sets where id = ${set.id}`;
      expect(row!.state).toBe('final');
    },
    { timeout: 30_000, interval: 20 },
  );
  await end();
  await runSome(['nfts.prepare', 'chain.sign']);
  await runSome(['chain.sign', 'chain.broadcast']);
  await Promise.all([runSome(['nfts.prepare']), runSome(['nfts.prepare']), runSome(['chain.sign'])]);
  const stops = [1, 2].map(() => exchange.run(exchange.startProcess({}, options)));
  await minted(copyIds);
  await Promise.all(stops.map((stop) => stop()));
  await expectOneNftEach(copyIds);
  const copies = await readCopies(exchange.db, copyIds);
  expect(copies.every((copy) => copy.commitment === null && copy.ownerId === admin.id)).toBe(true);
  const events = await readTopic(exchange.db, `user:${admin.id}`, 0n, 100);
  const told = events.map((event) => event.data.copyId).filter((id) => copyIds.includes(String(id)));
  expect(told.sort()).toEqual(copyIds.toSorted());
});

test('a mint that failed for good is tried again, and one that the chain has is taken as done', async () => {
  const { db, startProcess, run } = exchange;
  const { body } = await mint(await makeCard(2), 2);
  const [lost, landed] = body.copies.map((copy) => copy.id) as [string, string];
  const process = startProcess();
  const job = (name: string) => process.jobs.find((each) => each.name === name)!.run();
  await job('nfts.prepare');
  await db`update platform.chain_transactions set state = 'failed', ended_at = now() where reference = ${lost}`;
  const stop = run(process);
  await minted([landed]);
  await stop();
  // The second one as after a restored backup: the database does not know what the chain has.
  const before = await detail(landed);
  await db`update nfts.mints set state = 'failed', retry_at = now(), transaction = null
    where copy_id = any(${[lost, landed]}::uuid[])`;
  await job('nfts.retry');
  expect((await detail(landed)).mintTransaction).toBe(before.mintTransaction);
  const [request] = await process.sender.find(db, 'nfts.mint', [`${lost}:2`]);
  expect(request?.state).toBe('requested');
  const end = run(process);
  await minted([lost]);
  await end();
  await expectOneNftEach([lost, landed]);
});
