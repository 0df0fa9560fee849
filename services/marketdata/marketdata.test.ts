import { type Answer, type operations, parseMoney } from '@ece/contract';
import { atomically } from '@ece/platform/db/database';
import { snapshotsOf } from '@ece/platform/invariants';
import { unreadBy } from '@ece/platform/outbox/reader';
import { CHAIN, transferMany } from '@ece/vault';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { services } from '../../server/roles.ts';
import { openExchange, type Person, type TestExchange, until } from '../../tests/faults/exchange.ts';
import { marketdataChecks } from './checks.ts';
import { CONSUMER } from './marks.ts';

/** Trading on all services, and the figures that come of it: kept by events, made anew, and added up naively. */
let exchange: TestExchange;
let people: Person[];
let admin: Person;
let sets: { id: string; cards: string[] }[];
const USDC = 1_000_000n;

type Market = Answer<(typeof operations)['marketdata']['cardMarket']>;
type SetMarketAnswer = Answer<(typeof operations)['marketdata']['setMarket']>;
type Totals = Answer<(typeof operations)['marketdata']['totals']>;
type Holders = Answer<(typeof operations)['marketdata']['cardHolders']>;
type Movers = Answer<(typeof operations)['marketdata']['movers']>;
type SeriesAnswer = Answer<(typeof operations)['marketdata']['cardSeries']>;

beforeAll(async () => {
  exchange = await openExchange();
  [admin, ...people] = await Promise.all([
    exchange.person('admin'),
    ...Array.from({ length: 5 }, () => exchange.person()),
  ]);
  await atomically(exchange.resources.db, (tx) =>
    transferMany(
      tx,
      people.map(({ id }) => ({
        kind: 'deposit',
        reference: null,
        postings: [
          { accountId: CHAIN, amount: -100_000n * USDC },
          { accountId: id, amount: 100_000n * USDC },
        ],
      })),
    ),
  );
  sets = [await makeSet('ONE', 3), await makeSet('TWO', 2)];
  await until(async () => (await exchange.peers.nfts.mintProgress()).pending === 0);
}, 120_000);
afterAll(() => exchange?.close());

const ART = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>',
).toString('base64');

async function makeSet(code: string, count: number) {
  const set = await exchange.call(admin, 'POST', '/sets', { code, name: code });
  const cards: string[] = [];
  for (let number = 1; number <= count; number++) {
    const card = await exchange.call(admin, 'POST', '/cards', {
      ...{ setId: set.id, number, name: `${code} ${number}`, rarity: 'rare', category: 'Tools' },
      ...{ editionSize: 10_000, artwork: ART },
    });
    for (const { handle } of people) await mint(card.id, handle, 2);
    cards.push(card.id);
  }
  return { id: set.id, cards };
}

const mint = (cardId: string, ownerHandle: string, quantity: number) =>
  exchange.call(admin, 'POST', `/cards/${cardId}/mint`, { quantity, ownerHandle });

const db = () => exchange.resources.db;
const service = () => exchange.instances[services.findIndex(({ name }) => name === 'marketdata')]!;

/** Waits until every event has been read and everything marked has been computed. */
async function settled(): Promise<void> {
  await until(async () => {
    const [row] = await db()<{ n: number }[]>`
      select (select count(*) from marketdata.marks)::int + (select count(*) from (${unreadBy(db(), CONSUMER)}) e
        where topic like 'card:%')::int as n`;
    return row!.n === 0;
  });
}

const TABLES = ['buckets', 'summaries', 'holdings', 'traders', 'days', 'floors'];

/** Everything derived, as text. */
async function everything(): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {};
  for (const table of TABLES) {
    const found = await db()<{ t: string }[]>`
      select t::text from ${db()(`marketdata.${table}`)} t order by t::text collate "C"`;
    rows[table] = found.map((row) => row.t);
  }
  return rows;
}

async function rebuild(): Promise<void> {
  await service().rebuild!(() => {});
}

/** A free copy of a person, chosen by a number. */
async function freeCopy(person: Person, choice: number): Promise<string | undefined> {
  const rows = await db()<{ id: string }[]>`
    select id from vault.copies where owner_id = ${person.id} and commitment_kind is null order by id`;
  return rows[choice % Math.max(1, rows.length)]?.id;
}

async function openListing(notOf: Person, choice: number) {
  const rows = await db()<{ id: string; price: bigint; sellerId: string }[]>`
    select id, price, seller_id as "sellerId" from market.listings
    where state = 'open' and seller_id <> ${notOf.id} order by id`;
  return rows[choice % Math.max(1, rows.length)];
}

async function ownListing(who: Person, choice: number) {
  const rows = await db()<{ id: string }[]>`
    select id from market.listings where state = 'open' and seller_id = ${who.id} order by id`;
  return rows[choice % Math.max(1, rows.length)];
}

interface Step {
  kind: 'list' | 'reprice' | 'cancel' | 'purchase' | 'auction' | 'trade' | 'offer' | 'mint' | 'past';
  who: number;
  other: number;
  choice: number;
  price: number;
}

const stepsOf = (kinds: Step['kind'][], length: { minLength: number; maxLength: number }) =>
  fc.array(
    fc.record<Step>({
      kind: fc.constantFrom(...kinds),
      who: fc.nat(4),
      other: fc.nat(3),
      choice: fc.nat(1000),
      price: fc.integer({ min: 1, max: 50_000 }),
    }),
    length,
  );

const past = stepsOf(['past'], { minLength: 0, maxLength: 10 });
const steps = stepsOf(
  ['list', 'list', 'reprice', 'purchase', 'purchase', 'cancel', 'auction', 'trade', 'offer', 'mint'],
  {
    minLength: 20,
    maxLength: 40,
  },
);

const priceOf = (cents: number) => String(cents / 100);

const act: Record<Step['kind'], (who: Person, other: Person, step: Step) => Promise<unknown>> = {
  async list(who, _, { choice, price }) {
    const copyId = await freeCopy(who, choice);
    if (copyId) await exchange.call(who, 'POST', '/listings', { copyId, price: priceOf(price) });
  },
  async reprice(who, _, { choice, price }) {
    const listing = await ownListing(who, choice);
    if (listing) await exchange.call(who, 'PATCH', `/listings/${listing.id}`, { price: priceOf(price) });
  },
  async cancel(who, _, { choice }) {
    const listing = await ownListing(who, choice);
    if (listing) await exchange.call(who, 'DELETE', `/listings/${listing.id}`);
  },
  async purchase(who, _, { choice }) {
    const listing = await openListing(who, choice);
    if (!listing) return;
    const price = priceOf(Number(listing.price / 10_000n));
    await exchange.call(who, 'POST', `/listings/${listing.id}/purchase`, { price });
  },
  async auction(who, other, { choice, price }) {
    const copyIds = [await freeCopy(who, choice), await freeCopy(who, choice + 1)].filter((id) => id);
    if (new Set(copyIds).size < 2) return;
    const auction = await exchange.call(who, 'POST', '/auctions', {
      ...{ copyIds, startingPrice: '0.01', buyNowPrice: priceOf(price + 1) },
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await exchange.call(other, 'POST', `/auctions/${auction.id}/purchase`, { price: priceOf(price + 1) });
  },
  async trade(who, other, { choice }) {
    const copyId = await freeCopy(who, choice);
    if (!copyId) return;
    const offer = await exchange.call(who, 'POST', '/trade-offers', {
      ...{ toHandle: other.handle, give: { copyIds: [copyId] }, receive: { copyIds: [], cash: '1' } },
    });
    await exchange.call(other, 'POST', `/trade-offers/${offer.id}/accept`);
  },
  async offer(who, other, { choice, price }) {
    const copyId = await freeCopy(other, choice);
    if (!copyId) return;
    const [{ cardId }] = await db()<[{ cardId: string }]>`
      select card_id as "cardId" from vault.copies where id = ${copyId}`;
    const body = { cardId, amount: priceOf(price) };
    const offer = await exchange.call(who, 'POST', '/offers', body);
    if (choice % 3 > 0)
      await exchange.call(other, 'POST', `/offers/${offer.id}/accept`, { copyId, amount: body.amount });
  },
  async mint(who, _, { choice }) {
    const cards = sets.flatMap((set) => set.cards);
    await mint(cards[choice % cards.length]!, who.handle, 1 + (choice % 3));
  },
  async past(who, other, { choice, price }) {
    const copyId = await freeCopy(who, choice);
    if (!copyId) return;
    const at = new Date(Date.now() - choice * 3_000_000);
    await exchange.peers.market.importSales([
      { copyId, sellerId: who.id, buyerId: other.id, price: BigInt(price) * 10_000n, at },
    ]);
  },
};

async function play(list: Step[]): Promise<void> {
  for (const step of list) {
    const who = people[step.who]!;
    const other = people.filter((person) => person !== who)[step.other]!;
    await act[step.kind](who, other, step);
  }
}

test('figures that were kept by events are, byte for byte, those that are made anew', async () => {
  await fc.assert(
    fc.asyncProperty(past, steps, steps, async (before, first, second) => {
      // No event tells of past sales: whoever brings them in rebuilds.
      await play(before);
      await rebuild();
      await play(first);
      await settled();
      const kept = await everything();
      await rebuild();
      await settled();
      expect(await everything()).toEqual(kept);
      // Beside a running exchange, nothing is lost or counted twice.
      await Promise.all([play(second), rebuild(), rebuild()]);
      await settled();
      const beside = await everything();
      await rebuild();
      await settled();
      expect(await everything()).toEqual(beside);
      for (const check of marketdataChecks(exchange.peers)) {
        expect((await check.run(snapshotsOf(db()))).findings, check.title).toEqual([]);
      }
    }),
    { numRuns: 6, endOnFailure: true, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false },
  );
}, 180_000);

interface Sale {
  id: string;
  card_id: string;
  price: bigint;
  at: Date;
  seller_id: string;
  buyer_id: string;
}

const allSales = () => db()<Sale[]>`select * from vault.sales order by at, id`;

const get = <T>(path: string) => exchange.get<T>(path);

const DAYS = { '24h': 1, '7d': 7, '30d': 30 } as const;

/** Adds up a window from all sales, one by one. */
function naive(sales: Sale[], now: number, days: number) {
  const from = now - days * 86_400_000;
  const inside = sales.filter((sale) => sale.at.getTime() >= from);
  const before = sales.filter((sale) => sale.at.getTime() < from).at(-1);
  return {
    volume: inside.reduce((sum, sale) => sum + sale.price, 0n),
    sales: inside.length,
    before: before?.price,
  };
}

describe('what is answered', () => {
  beforeAll(async () => {
    await play(fc.sample(stepsOf(['past'], { minLength: 60, maxLength: 60 }), { seed: 11, numRuns: 1 })[0]!);
    await rebuild();
    await play(fc.sample(steps, { seed: 4711, numRuns: 6 }).flat());
    await settled();
  });

  test('of a card is what its sales, copies and listings come to', async () => {
    const sales = await allSales();
    for (const { id: setId, cards } of sets) {
      for (const cardId of cards) {
        const answer = await get<Market>(`/cards/${cardId}/market`);
        const own = sales.filter((sale) => sale.card_id === cardId);
        const last = own.at(-1);
        const owners = await db()<{ owner_id: string; n: number }[]>`
          select owner_id, count(*)::int as n from vault.copies where card_id = ${cardId} group by owner_id`;
        const [offered] = await db()<{ amount: bigint | null }[]>`
          select max(amount) as amount from market.offers where card_id = ${cardId} and state = 'open'`;
        expect(answer.bestOffer && parseMoney(answer.bestOffer.amount)).toBe(offered!.amount);
        const [listed] = await db()<{ n: number; floor: bigint | null }[]>`
          select count(*)::int as n, min(price) as floor from market.listings
          where card_id = ${cardId} and state = 'open'`;
        expect(answer).toMatchObject({
          ...{ cardId, setId, listed: listed!.n, outside: 0, holders: owners.length },
          supply: owners.reduce((sum, owner) => sum + owner.n, 0),
          lastSale: last ? { id: last.id, at: last.at.toISOString() } : null,
        });
        expect(answer.floor && parseMoney(answer.floor)).toBe(listed!.floor);
        for (const [name, days] of Object.entries(DAYS)) {
          const { before, ...sums } = naive(own, Date.now(), days);
          const window = answer.windows[name as keyof typeof DAYS];
          expect({ volume: parseMoney(window.volume), sales: window.sales }).toEqual(sums);
          expect(window.change ? parseMoney(window.change.from) : undefined).toBe(last && before);
        }
        expect(answer.windows.all.sales).toBe(own.length);
      }
    }
  });

  test('of a list of cards is the same, in the order asked for, without those that do not exist', async () => {
    const ids = sets.flatMap((set) => set.cards).toReversed();
    const one = await Promise.all(ids.map((id) => get<Market>(`/cards/${id}/market`)));
    const asked = [ids[0], '0199aaaa-0000-7000-8000-00000000dead', ...ids.slice(1), ids[0]];
    const { items } = await get<{ items: Market[] }>(`/market/cards?ids=${asked.join(',')}`);
    expect(items).toEqual(one);
  });

  test('of a set and of the market is what their parts come to', async () => {
    const sales = await allSales();
    for (const set of sets) {
      const answer = await get<SetMarketAnswer>(`/sets/${set.id}/market`);
      const parts = await Promise.all(set.cards.map((id) => get<Market>(`/cards/${id}/market`)));
      const own = sales.filter((sale) => set.cards.includes(sale.card_id));
      expect(answer.supply).toBe(parts.reduce((sum, part) => sum + part.supply, 0));
      expect(answer.listed).toBe(parts.reduce((sum, part) => sum + part.listed, 0));
      const floors = parts.flatMap((part) => (part.floor ? [parseMoney(part.floor)] : []));
      expect(answer.floor && parseMoney(answer.floor)).toBe(
        floors.sort((a, b) => (a < b ? -1 : 1))[0] ?? null,
      );
      const over = await get<SeriesAnswer>(`/sets/${set.id}/series?range=7d`);
      const cards = await Promise.all(
        set.cards.map((id) => get<SeriesAnswer>(`/cards/${id}/series?range=7d`)),
      );
      expect(over.floors.at(-1)!.floor).toBe(answer.floor);
      for (const { start, floor } of over.floors) {
        const each = cards.flatMap(
          (card) => card.floors.findLast((one) => Date.parse(one.start) <= Date.parse(start))?.floor ?? [],
        );
        expect(floor).toBe(each.toSorted((a, b) => Number(a) - Number(b))[0] ?? null);
      }
      expect(answer.lastSale?.id ?? null).toBe(own.at(-1)?.id ?? null);
      const [owners] = await db()<{ n: number }[]>`
        select count(distinct owner_id)::int as n from vault.copies where card_id = any(${set.cards}::uuid[])`;
      expect(answer.holders).toBe(owners!.n);
      for (const [name, days] of Object.entries(DAYS)) {
        const { volume, sales: count } = naive(own, Date.now(), days);
        expect(answer.windows[name as keyof typeof DAYS]).toMatchObject({ sales: count });
        expect(parseMoney(answer.windows[name as keyof typeof DAYS].volume)).toBe(volume);
      }
    }
    const totals = await get<Totals>('/market?days=60');
    expect(totals.windows.all.sales).toBe(sales.length);
    expect(parseMoney(totals.windows['7d'].volume)).toBe(naive(sales, Date.now(), 7).volume);
    for (const day of totals.days) {
      const own = sales.filter((sale) => sale.at.toISOString().slice(0, 10) === day.start.slice(0, 10));
      expect(day.sales).toBe(own.length);
      expect(day.traders).toBe(new Set(own.flatMap((sale) => [sale.seller_id, sale.buyer_id])).size);
    }
    expect(totals.days.length).toBeGreaterThan(5);
  });

  test('the gauge of active traders is who bought or sold today', async () => {
    const { db, metrics } = exchange.resources;
    const [row] = await db<{ n: number }[]>`
      select count(distinct who)::int as n from vault.sales s, unnest(array[s.buyer_id, s.seller_id]) who
      where s.at >= date_trunc('day', clock_timestamp(), 'UTC')`;
    expect(row!.n).toBeGreaterThan(1);
    expect(await metrics.registry.metrics()).toContain(`ece_active_traders ${row!.n}\n`);
  });

  test('holders come in pages, most copies first, everybody once', async () => {
    for (const subject of [`/cards/${sets[0]!.cards[0]}`, `/sets/${sets[1]!.id}`]) {
      const all = (await get<Holders>(`${subject}/holders`)).items;
      expect(all.length).toBeGreaterThan(2);
      expect(all).toEqual(all.toSorted((a, b) => b.copies - a.copies));
      const paged: Holders['items'] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Holders = await get(`${subject}/holders?limit=2${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(all);
    }
  });

  test('a series holds every sale of its range once, and its first and last price', async () => {
    const sales = await allSales();
    const cardId = sets[0]!.cards[0]!;
    const own = sales.filter((sale) => sale.card_id === cardId);
    expect(own.length).toBeGreaterThan(5);
    for (const [query, width] of [
      ['range=all&bucket=day', 86_400_000],
      ['range=30d&bucket=hour', 3_600_000],
      ['range=all', 7 * 86_400_000],
    ] as const) {
      const series = await get<SeriesAnswer>(`/cards/${cardId}/series?${query}`);
      const from = series.from ? Date.parse(series.from) : 0;
      const shown = own.filter((sale) => sale.at.getTime() >= from);
      expect(series.points.reduce((sum, point) => sum + point.sales, 0)).toBe(shown.length);
      for (const point of series.points) {
        const start = Date.parse(point.start);
        const inside = shown.filter(
          (sale) => sale.at.getTime() >= start && sale.at.getTime() < start + width,
        );
        const prices = inside.map((sale) => sale.price);
        expect(parseMoney(point.open)).toBe(prices[0]);
        expect(parseMoney(point.close)).toBe(prices.at(-1));
        expect(parseMoney(point.high)).toBe(prices.toSorted((a, b) => (a < b ? 1 : -1))[0]);
        expect(parseMoney(point.low)).toBe(prices.toSorted((a, b) => (a < b ? -1 : 1))[0]);
        expect(parseMoney(point.volume)).toBe(prices.reduce((sum, price) => sum + price, 0n));
      }
    }
    await expect(get(`/cards/${cardId}/series?range=1y&bucket=hour`)).rejects.toThrow('Hours go back');
    const set = await get<SeriesAnswer>(`/sets/${sets[0]!.id}/series?range=all&bucket=day`);
    expect(set.points.reduce((sum, point) => sum + point.sales, 0)).toBe(
      sales.filter((sale) => sets[0]!.cards.includes(sale.card_id)).length,
    );
  });

  test('a series has the floor at the end of each bucket in which it changed', async () => {
    const cardId = sets[0]!.cards[0]!;
    const spans = await db()<{ price: bigint; from: Date; until: Date | null }[]>`
      select price, coalesce(priced_at, created_at) as from, closed_at as until from market.listings
      where card_id = ${cardId}
      union all select price, from_at, until_at from market.former_prices where card_id = ${cardId}`;
    const floorAt = (end: number) =>
      spans
        .filter(({ from, until }) => from.getTime() < end && (until === null || until.getTime() >= end))
        .map(({ price }) => price)
        .sort((a, b) => (a < b ? -1 : 1))[0] ?? null;
    for (const [query, width] of [
      ['range=all&bucket=day', 86_400_000],
      ['range=30d&bucket=hour', 3_600_000],
      ['range=7d', 3_600_000],
      ['range=all', 7 * 86_400_000],
    ] as const) {
      const series = await get<SeriesAnswer>(`/cards/${cardId}/series?${query}`);
      expect(series.floors.length).toBeGreaterThan(0);
      const starts = series.floors.map(({ start }) => Date.parse(start));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      if (series.from) expect(starts[0]).toBeGreaterThanOrEqual(Date.parse(series.from));
      // Between two of them the floor stays, whichever bucket is looked at.
      const first = starts[0]!;
      for (let start = first; start <= Date.parse(series.to); start += width) {
        const floor = series.floors.findLast((each) => Date.parse(each.start) <= start)!.floor;
        expect(floor && parseMoney(floor), `${query} ${new Date(start).toISOString()}`).toBe(
          floorAt(start + width),
        );
      }
    }
    const { floors } = await get<SeriesAnswer>(`/cards/${cardId}/series`);
    expect(floors.at(-1)!.floor).toBe((await get<Market>(`/cards/${cardId}/market`)).floor);
  });

  test('movers are sorted by the size of their change, which is that of the card', async () => {
    const { items } = await get<Movers>('/movers?window=7d');
    expect(items.length).toBeGreaterThan(0);
    const sizes = items.map((item) => Math.abs(item.change.percent));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    for (const item of items) {
      const card = await get<Market>(`/cards/${item.card.id}/market`);
      expect(item).toMatchObject({ change: card.windows['7d'].change, sales: card.windows['7d'].sales });
      expect(item.sparkline).toHaveLength(28);
      expect(item.sparkline.at(-1)).toBe(item.price);
    }
    const up = await get<Movers>('/movers?window=7d&direction=up');
    expect(up.items.every((item) => item.change.percent >= 0)).toBe(true);
  });

  test('what does not exist is not found', async () => {
    const nobody = '0199aaaa-0000-7000-8000-00000000dead';
    for (const path of ['cards', 'sets'].flatMap((of) =>
      ['market', 'series', 'holders'].map((what) => `/${of}/${nobody}/${what}`),
    )) {
      await expect(get(path)).rejects.toThrow('not_found');
    }
  });
});
