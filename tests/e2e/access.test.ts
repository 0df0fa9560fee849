import { type OperationOptions, operations } from '@ece/contract';
import { newId } from '@ece/platform/ids/index';
import { createClient } from '@ece/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, openWorld, PASSWORD, type Person, type World } from '../support/world.ts';

/**
 * Walks every call of the contract with every kind of caller: nobody, a stranger, the owner, a moderator and
 * an admin, with a good, a forged and an ended credential. Whatever is refused must have changed nothing.
 */
let world: World;
let people: Record<'owner' | 'other' | 'stranger' | 'moderator' | 'admin', Person>;
let objects: Record<string, string>;

const all = Object.entries(operations).flatMap(([service, calls]) =>
  Object.entries(calls).map(([name, call]) => ({ id: `${service}.${name}`, call: call as OperationOptions })),
);

beforeAll(async () => {
  world = await openWorld();
  const [owner, other, stranger, moderator, admin] = await Promise.all([
    world.person('owner_one'),
    world.person('other_one'),
    world.person('stranger_one'),
    world.person('moderator_one', 'moderator'),
    world.person('admin_one', 'admin'),
  ]);
  people = { owner, other, stranger, moderator, admin };
  await world.fund([owner, other, stranger], '1000');
  objects = await makeObjects();
}, 420_000);
afterAll(() => world.close());

/** One object of `owner` for every kind of path parameter. */
async function makeObjects(): Promise<Record<string, string>> {
  const { owner, other, admin } = people;
  const set = await admin.ece.nfts.createSet({ code: 'ACC', name: 'Access' });
  const art = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>',
  );
  const card = await admin.ece.nfts.createCard({
    setId: set.id,
    number: 1,
    name: 'Door',
    rarity: 'rare',
    category: 'Doors',
    editionSize: 20,
    artwork: art.toString('base64'),
  });
  const mine = await admin.ece.nfts.mint({ id: card.id, quantity: 6, ownerHandle: owner.handle });
  const theirs = await admin.ece.nfts.mint({ id: card.id, quantity: 2, ownerHandle: other.handle });
  await eventually(async () => (await world.exchange.peers.nfts.mintProgress()).pending === 0);
  const [listed, auctioned, traded, free, leaving] = mine.copies.map((copy) => copy.id) as string[];
  const listing = await owner.ece.market.createListing({ copyId: listed!, price: '5' });
  const auction = await owner.ece.auctions.create({
    copyIds: [auctioned!],
    startingPrice: '1',
    buyNowPrice: '50',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const trade = await other.ece.trades.create({
    toHandle: owner.handle,
    give: { copyIds: [theirs.copies[0]!.id], cash: '1' },
    receive: { copyIds: [traded!] },
  });
  // Made by the owner on a copy of somebody else: the owner is the buyer and may take it back.
  const offer = await owner.ece.market.createOffer({ copyId: theirs.copies[1]!.id, amount: '2' });
  // Made by somebody else on a copy of the owner, who may decline and accept it.
  const received = await other.ece.market.createOffer({ copyId: free!, amount: '2' });
  const withdrawal = await owner.ece.nfts.withdrawCopy({ id: leaving!, address: outside });
  const transfer = await owner.ece.wallet.withdraw({ amount: '10', address: outside });
  const watch = await owner.ece.notifications.createWatch({ cardId: card.id });
  const webhook = await owner.ece.notifications.createWebhook({
    url: 'https://hooks.example.com/',
    topics: ['set:0190a5c8-0000-7000-8000-000000000001'],
  });
  const delivery = await owner.ece.notifications.testWebhook({ id: webhook.id });
  const priceAlert = await owner.ece.notifications.createPriceAlert({
    cardId: card.id,
    direction: 'below',
    price: '1',
  });
  // A further sign-in of the owner, which nobody else may end.
  await createClient({ url: world.exchange.url }).signIn({
    email: `${owner.handle}@test.ece.example`,
    password: PASSWORD,
  });
  const [session] = (await owner.ece.auth.sessions({})).items.filter(({ current }) => !current);
  return {
    watch: watch.id,
    webhook: webhook.id,
    delivery: delivery.id,
    priceAlert: priceAlert.id,
    set: set.id,
    card: card.id,
    copy: free!,
    listing: listing.id,
    auction: auction.id,
    trade: trade.id,
    offer: offer.id,
    receivedOffer: received.id,
    copyWithdrawal: withdrawal.id,
    transfer: transfer.id,
    user: owner.id,
    handle: owner.handle,
    session: session!.id,
  };
}

/** A wallet that nobody here holds. */
const outside = '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM';

/** Which object a path parameter names. */
function objectOf(path: string): string {
  if (path.startsWith('/sets')) return objects.set!;
  if (path.startsWith('/cards')) return objects.card!;
  if (path.startsWith('/copies/withdrawals')) return objects.copyWithdrawal!;
  if (path.startsWith('/copies')) return objects.copy!;
  if (path.startsWith('/offers') && /accept|decline/.test(path)) return objects.receivedOffer!;
  if (path.startsWith('/offers')) return objects.offer!;
  if (path.startsWith('/listings')) return objects.listing!;
  if (path.startsWith('/auctions')) return objects.auction!;
  if (path.startsWith('/trade-offers')) return objects.trade!;
  if (path.startsWith('/wallet/transfers')) return objects.transfer!;
  if (path.startsWith('/webhooks')) return objects.webhook!;
  if (path.startsWith('/watches')) return objects.watch!;
  if (path.startsWith('/price-alerts')) return objects.priceAlert!;
  if (path.startsWith('/auth/sessions')) return objects.session!;
  return objects.user!;
}

/** A body that fits the schema; what it asks for matters only where the call is allowed. */
function bodyOf(id: string): object | undefined {
  const bodies: Record<string, object> = {
    'auth.register': { email: `${newId()}@test.ece.example`, password: 'another long enough word' },
    'auth.login': { email: 'nobody@test.ece.example', password: 'wrong' },
    'auth.setRole': { role: 'collector' },
    'users.updateMe': { bio: 'changed' },
    'wallet.faucet': { amount: '1' },
    'wallet.withdraw': { amount: '1', address: outside },
    'wallet.prepareDeposit': { from: outside, amount: '1' },
    'wallet.sendDeposit': { transaction: 'AAAA' },
    'nfts.createSet': { code: 'NOPE', name: 'Nope' },
    'nfts.createCard': {
      setId: objects.set,
      number: 99,
      name: 'Nope',
      rarity: 'rare',
      category: 'x',
      editionSize: 1,
      artwork: 'AAAA',
    },
    'nfts.importCards': { csv: 'x', artwork: {} },
    'nfts.uploadContent': { data: 'AAAA' },
    'nfts.mint': { quantity: 1 },
    'nfts.withdrawCopy': { address: outside },
    'nfts.prepareCopyDeposit': { from: outside },
    'nfts.setShowcase': { copyIds: [objects.copy] },
    'market.createListing': { copyId: objects.copy, price: '3' },
    'market.purchase': { price: '5' },
    'market.repriceListing': { price: '6' },
    'market.createListings': { items: [{ copyId: objects.copy, price: '3' }] },
    'market.repriceListings': { items: [{ listingId: objects.listing, price: '6' }] },
    'market.cancelListings': { listingIds: [objects.listing] },
    'market.purchaseListings': { mode: 'all', items: [{ listingId: objects.listing, price: '5' }] },
    'market.createOffer': { cardId: objects.card, amount: '1' },
    'market.acceptOffer': { copyId: objects.copy, amount: '2' },
    'auctions.create': {
      copyIds: [objects.copy],
      startingPrice: '1',
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
    'auctions.bid': { maximum: '2' },
    'auctions.purchase': { price: '50' },
    'trades.create': {
      toHandle: people.other.handle,
      give: { copyIds: [objects.copy] },
      receive: { copyIds: [], cash: '1' },
    },
    // Of things that are not there: nothing that happens here may stop the calls after it.
    'admin.halt': { setCode: 'NONE', reason: 'a test' },
    'admin.resume': { setCode: 'NONE' },
    'admin.freeze': { handle: 'nobody_here', reason: 'a test' },
    'admin.unfreeze': { handle: 'nobody_here' },
    'notifications.markRead': { ids: [newId()] },
    'notifications.setPreferences': { items: [] },
    'notifications.createWebhook': { url: 'https://hooks.example.com/', topics: ['me'] },
    'notifications.updateWebhook': { enabled: false },
    'notifications.createWatch': { cardId: objects.card },
    'notifications.createPriceAlert': { cardId: objects.card, direction: 'below', price: '1' },
    'trades.counter': { give: { copyIds: [], cash: '1' }, receive: { copyIds: [objects.copy] } },
  };
  return bodies[id];
}

async function call(id: string, operation: OperationOptions, headers: Record<string, string>) {
  const path = operation.path
    .replace(':handle', objects.handle!)
    .replace(':deliveryId', objects.delivery!)
    .replace(/:\w+/, objectOf(operation.path));
  const query = id === 'market.quote' ? `?copyId=${objects.copy}&price=1` : '';
  const body = bodyOf(id);
  const response = await fetch(`${world.exchange.url}/api/v1${path}${query}`, {
    method: operation.method,
    headers: {
      ...headers,
      ...(body && { 'content-type': 'application/json' }),
      ...(operation.idempotent && { 'idempotency-key': newId() }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = (text ? JSON.parse(text) : {}) as {
    code?: string;
    results?: { problem: { code: string } | null }[];
  };
  return {
    status: response.status,
    code: answer.code ?? '',
    /** What each item of a call with many was refused with. */
    problems: answer.results?.map((result) => result.problem?.code ?? 'done'),
  };
}

const bearer = (person: Person) => ({ authorization: `Bearer ${person.accessToken}` });

/** What must not change by a call that is refused, once the chain has no part in it any more. */
async function state(): Promise<string> {
  const { db } = world.exchange.resources;
  await eventually(async () => {
    const [row] =
      await db`select count(*)::int as n from vault.copies where commitment_kind in ('mint', 'withdrawal')`;
    return row!.n === 0;
  });
  const [row] = await db`
    select (select md5(string_agg(c::text, ',' order by id)) from (select id, owner_id, epoch, commitment_id from vault.copies) c) as copies,
      (select md5(string_agg(l::text, ',' order by id)) from (select id, state, price from market.listings) l) as listings, (select count(*) from auctions.bids) as bids,
      (select count(*) from auctions.auctions) as auctions, (select count(*) from trades.offers) as offers,
      (select md5(string_agg(o::text, ',' order by id)) from (select id, state from trades.offers) o) as offer_states,
      (select md5(string_agg(o::text, ',' order by id)) from (select id, state from market.offers) o) as buy_offers,
      (select count(*) from nfts.showcases) as showcases, (select count(*) from nfts.cards) as cards, (select count(*) from nfts.sets) as sets,
      (select count(*) from vault.halts) as halts, (select count(*) from vault.freezes) as freezes,
      (select count(*) from platform.audit) as audit,
      (select count(*) from auth.sessions where ended_at is null) as sessions,
      (select count(*) from notifications.watches) as watches,
      (select md5(string_agg(w::text, ',' order by id)) from (select id, url, state, generation from notifications.webhooks) w) as webhooks,
      (select count(*) from notifications.price_alerts) as alerts,
      (select md5(string_agg(u::text, ',' order by id)) from (select id, role, handle, bio from users.users) u) as users`;
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

describe('callers who are not signed in', () => {
  test.each(all.filter(({ call: { access } }) => access !== 'public'))(
    '$id refuses nobody, a forged token and an ended cookie',
    async ({ id, call: operation }) => {
      const before = await state();
      for (const headers of [
        {},
        { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' },
        { authorization: 'Basic b3duZXI6b3duZXI=' },
        { cookie: 'ece_session=made-up', 'sec-fetch-site': 'same-origin' },
      ]) {
        expect(await call(id, operation, headers as Record<string, string>)).toMatchObject({
          status: 401,
          code: 'unauthenticated',
        });
      }
      expect(await state()).toBe(before);
    },
  );
});

describe('roles', () => {
  test.each(all.filter(({ call: { access } }) => access === 'admin' || access === 'moderator'))(
    '$id refuses collectors, and moderators where an admin is needed',
    async ({ id, call: operation }) => {
      const before = await state();
      expect(await call(id, operation, bearer(people.owner))).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
      if (operation.access === 'admin') {
        expect(await call(id, operation, bearer(people.moderator))).toMatchObject({
          status: 403,
          code: 'forbidden',
        });
      }
      expect(await state()).toBe(before);
      const allowed = await call(id, operation, bearer(people.admin));
      expect(allowed.status, allowed.code).not.toBe(401);
      expect(allowed.status, allowed.code).not.toBe(403);
    },
  );

  test('some call is for admins alone, and none of the public ones changes anything but sign-in', () => {
    expect(all.filter(({ call: { access } }) => access === 'admin').length).toBeGreaterThan(5);
    const open = all.filter(({ call: { access, method } }) => access === 'public' && method !== 'GET');
    expect(open.map(({ id }) => id)).toEqual(['auth.register', 'auth.login']);
  });
});

describe('ownership', () => {
  const owned = all.filter(({ call: { ownership } }) => ownership);
  test('is declared by every call that works on what somebody owns', () => {
    expect(owned.map(({ id }) => id).toSorted()).toEqual(
      [
        'auth.endSession',
        'wallet.transfer',
        'nfts.withdrawCopy',
        'nfts.getCopyWithdrawal',
        'nfts.setShowcase',
        'market.createListing',
        'market.repriceListing',
        'market.cancelListing',
        'market.acceptOffer',
        'market.declineOffer',
        'market.withdrawOffer',
        'auctions.create',
        'auctions.cancel',
        'trades.create',
        'trades.get',
        'trades.thread',
        'trades.accept',
        'trades.decline',
        'trades.counter',
        'trades.withdraw',
        'notifications.getWebhook',
        'notifications.updateWebhook',
        'notifications.deleteWebhook',
        'notifications.rotateWebhookSecret',
        'notifications.testWebhook',
        'notifications.listWebhookDeliveries',
        'notifications.replayWebhookDelivery',
        'notifications.deleteWatch',
        'notifications.deletePriceAlert',
      ].toSorted(),
    );
  });

  test.each(owned)('$id refuses strangers, moderators and admins', async ({ id, call: operation }) => {
    const before = await state();
    for (const person of [people.stranger, people.moderator, people.admin]) {
      const answer = await call(id, operation, bearer(person));
      expect([403, 404], `${person.handle}: ${answer.status} ${answer.code}`).toContain(answer.status);
      expect(['forbidden', 'not_found', 'copy_not_owned']).toContain(answer.code);
    }
    expect(await state()).toBe(before);
  });

  test.each([['market.createListings'], ['market.repriceListings'], ['market.cancelListings']])(
    '%s refuses each item that is somebody else’s',
    async (id) => {
      const before = await state();
      const { call: operation } = all.find((one) => one.id === id)!;
      for (const person of [people.stranger, people.moderator, people.admin]) {
        const { status, problems } = await call(id, operation, bearer(person));
        expect(status).toBe(200);
        expect(problems).toEqual([id === 'market.createListings' ? 'copy_not_owned' : 'forbidden']);
      }
      expect(await state()).toBe(before);
    },
  );
});
