import { pick, type Random, seeded } from '@ece/demo/market/random';
import { search } from '@ece/search';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilConsumed } from '../support/horizon.ts';
import { eventually, openWorld, type Person, type World } from '../support/world.ts';

/**
 * The search index of a whole exchange: it follows what happens by events, and whatever it has become by
 * them is what a rebuild makes of the truth.
 */
let world: World;
let people: Person[];
let admin: Person;
let copyIds: string[];
const SEED = Number(process.env.SEARCH_SEED ?? 4711);
const WALLET = '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM';
const art = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>',
).toString('base64');

beforeAll(async () => {
  world = await openWorld();
  admin = await world.person('finder_admin', 'admin');
  people = await Promise.all(
    ['finder_ada', 'finder_ben', 'finder_cleo'].map((handle) => world.person(handle)),
  );
  await world.fund(people, '5000');
  copyIds = await makeCards();
}, 420_000);
afterAll(() => world.close());

async function makeCards(): Promise<string[]> {
  const set = await admin.ece.nfts.createSet({ code: 'FIND', name: 'Lost and Found' });
  const ids: string[] = [];
  for (const [index, name] of ['Brass Compass', 'Paper Boat', 'Glass Eye'].entries()) {
    const card = await admin.ece.nfts.createCard({
      ...{ setId: set.id, number: index + 1, name, category: 'Things', editionSize: 50, artwork: art },
      rarity: index ? 'rare' : 'common',
    });
    for (const { handle } of people) {
      const minted = await admin.ece.nfts.mint({ id: card.id, quantity: 4, ownerHandle: handle });
      ids.push(...minted.copies.map((copy) => copy.id));
    }
  }
  await eventually(async () => (await world.exchange.peers.nfts.mintProgress()).pending === 0);
  return ids;
}

const service = () =>
  search.create({ db: world.exchange.resources.db, publicUrl: '', ...world.exchange.peers });

/** Waits until the index has seen everything that has happened. */
async function settled(): Promise<void> {
  const { db } = world.exchange.resources;
  await eventually(async () => {
    const [open] = await db`
      select (select count(*) from auctions.auctions where state = 'open' and ends_at < now() + interval '1 minute')
        + (select count(*) from vault.copies where commitment_kind in ('mint', 'withdrawal')) as n`;
    return open!.n === 0n;
  });
  await untilConsumed(db);
}

/** Everything that the index holds, but for the versions. */
async function contents(): Promise<unknown[]> {
  const { db } = world.exchange.resources;
  const [row] = await db`select live from search.generations`;
  const table = db(`search.documents_${row!.live}`);
  const rows = await db`select to_jsonb(d) - 'version' as document from ${table} d order by kind, id`;
  return rows.map(({ document }) => document);
}

const ignore = () => undefined;

/** Does one thing at random; most of them succeed, and those that are refused are part of the game. */
async function act(random: Random): Promise<void> {
  const [one, two] = [pick(random, people), pick(random, people)];
  const copyId = pick(random, copyIds);
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const price = String(1 + Math.floor(random() * 40));
  switch (Math.floor(random() * 9)) {
    case 0:
    case 1:
      return void (await one.ece.market.createListing({ copyId, price }).catch(ignore));
    case 2: {
      const { items } = await one.ece.market.listListings({});
      const listing = items.length > 0 ? pick(random, items) : undefined;
      if (listing) await one.ece.market.purchase({ id: listing.id, price: listing.price }).catch(ignore);
      return;
    }
    case 3: {
      const { items } = await one.ece.market.listListings({ sellerHandle: one.handle });
      const listing = items.length > 0 ? pick(random, items) : undefined;
      if (listing) await one.ece.market.cancelListing({ id: listing.id }).catch(ignore);
      return;
    }
    case 4: {
      const copies = random() < 0.3 ? [copyId, pick(random, copyIds)] : [copyId];
      const endsAt = inSeconds(random() < 0.5 ? 2 : 3600);
      await one.ece.auctions.create({ copyIds: copies, startingPrice: '1', endsAt }).catch(ignore);
      return;
    }
    case 5: {
      const { items } = await one.ece.auctions.list({ state: 'open' });
      const auction = items.length > 0 ? pick(random, items) : undefined;
      if (auction) await one.ece.auctions.bid({ id: auction.id, maximum: price }).catch(ignore);
      return;
    }
    case 6: {
      const wanted = pick(random, copyIds);
      const terms = { give: { copyIds: [copyId] }, receive: { copyIds: [wanted] } };
      const offer = await one.ece.trades.create({ toHandle: two.handle, ...terms }).catch(ignore);
      if (offer) await two.ece.trades.accept({ id: offer.id }).catch(ignore);
      return;
    }
    case 7:
      if (random() < 0.3) await one.ece.nfts.withdrawCopy({ id: copyId, address: WALLET }).catch(ignore);
      return;
    default:
      return void (await one.ece.users.updateMe({ bio: `Collects ${price} things` }).catch(ignore));
  }
}

test('random trade leaves the index as a rebuild makes it, also with a rebuild in the midst of it', async () => {
  const random = seeded(SEED);
  const rebuilt: number[] = [];
  const play = async (count: number) => {
    for (let n = 0; n < count; n++) await act(random);
  };
  await play(150);
  for (let n = 0; n < 600 && (await kindsSeen()) < KINDS.length; n++) await act(random);
  await Promise.all([
    play(100),
    (async () => {
      for (let n = 0; n < 3; n++) rebuilt.push(await service().rebuild!(() => {}));
    })(),
  ]);
  await settled();
  const followed = await contents();
  expect(rebuilt.every((count) => count >= copyIds.length)).toBe(true);
  // Processes of their own have made the operator's account, too.
  const everybody = await world.exchange.peers.users.peopleAfter(undefined, 100);
  expect(everybody.length).toBeGreaterThan(people.length);
  expect(followed.length).toBe(1 + 3 + copyIds.length + everybody.length);
  await service().rebuild!(() => {});
  expect(await contents()).toEqual(followed);
  // Something of everything has happened.
  expect(await kindsSeen()).toBe(KINDS.length);
}, 420_000);

const KINDS = [
  ...['listing.created', 'listing.cancelled', 'sale.completed', 'copy.moved'],
  ...['auction.created', 'auction.bid', 'user.changed'],
];

async function kindsSeen(): Promise<number> {
  const [seen] = await world.exchange.resources.db`
    select count(distinct type)::int as n from platform.events where type = any(${KINDS}::text[])`;
  return seen!.n as number;
}

test('what is listed is found at its price at once, and by whom it is owned', async () => {
  const [ada] = people as [Person];
  const { items: mine } = await world.guest.search.search({
    kind: 'copy',
    ownerHandle: ada.handle,
    limit: 100,
  });
  const free = mine.find((hit) => hit.listings === 0 && hit.auctions === 0)!;
  expect(free.ownerHandle).toBe(ada.handle);
  const listing = await ada.ece.market.createListing({ copyId: free.id, price: '0.37' });
  await eventually(async () => {
    const { items } = await world.guest.search.search({ kind: 'copy', listed: true, sort: 'cheapest' });
    return items[0]?.listingId === listing.id && items[0].price === '0.37';
  });
  const { items, facets, total } = await world.guest.search.search({ q: free.name });
  expect(items[0]).toMatchObject({ kind: 'card', id: free.cardId, name: free.name, price: '0.37' });
  expect(facets!.sets).toEqual([{ value: 'FIND', name: 'Lost and Found', count: 1 }]);
  expect(total).toEqual({ count: 1, exact: true });
});

test('sets, cards and people are suggested while somebody types, and renamed people by their new name', async () => {
  expect((await world.guest.search.suggest({ q: 'lost' })).sets).toMatchObject([{ setCode: 'FIND' }]);
  expect((await world.guest.search.suggest({ q: 'brass' })).cards).toMatchObject([{ name: 'Brass Compass' }]);
  const [ada] = people as [Person];
  await ada.ece.users.updateMe({ displayName: 'Augusta of the Engines' });
  await eventually(
    async () => (await world.guest.search.suggest({ q: 'august' })).people[0]?.handle === ada.handle,
  );
});

test('what is hidden is not in the index: e-mails, and people who have not finished their registration', async () => {
  const { users } = world.exchange.peers;
  const created = await users.create({
    id: '0199aaaa-0000-7000-8000-000000000001',
    email: 'pending@hidden.example',
    handle: 'not_yet_here',
  });
  expect(created.ok).toBe(true);
  await service().rebuild!(() => {});
  await settled();
  const text = JSON.stringify(await contents());
  expect(text).not.toMatch(/@|not_yet_here|example/);
  expect(text).toContain('finder_ada');
});

test('copies in outside wallets are shown as away, without an owner', async () => {
  const [, ben] = people as [Person, Person];
  const { items } = await world.guest.search.search({ kind: 'copy', ownerHandle: ben.handle, limit: 100 });
  const free = items.find((hit) => hit.listings === 0 && hit.auctions === 0)!;
  await ben.ece.nfts.withdrawCopy({ id: free.id, address: WALLET });
  await eventually(async () => {
    const found = await world.guest.search.search({
      ...{ kind: 'copy', cardId: free.cardId!, limit: 100 },
      ...{ serialFrom: free.serial!, serialTo: free.serial! },
    });
    return found.items[0]?.away === true && found.items[0].ownerHandle === null;
  });
});
