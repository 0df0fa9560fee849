import { formatMoney } from '@ece/contract';
import { renderSvg } from '@ece/demo/artwork/index';
import { artFor, catalogueCsv, demoCatalogue } from '@ece/demo/catalogue/export';
import { demoPeople as cast } from '@ece/demo/catalogue/people';
import {
  createPriceModel,
  type DemoCopy,
  makeHistory,
  type PriceModel,
  pricePoint,
} from '@ece/demo/market/history';
import { pick, type Random, seeded } from '@ece/demo/market/random';
import { eachOf } from '@ece/platform/chain/each-of';
import { oldestUnread } from '@ece/platform/outbox/reader';
import { createClient, type Ece } from '@ece/sdk';
import type { Exchange } from '../exchange.ts';
import type { Progress } from '../progress.ts';
import { rebuildServices } from '../rebuild.ts';
import { DEMO_PASSWORD } from './password.ts';

const DAY = 86_400_000;
const DAYS = 90;
const SALES = 1800;
const PURSE = 40_000_000_000n;
const AT_ONCE = 8;
/** Copies of a showcase. */
const SHOWN = 6;

interface Person {
  id: string;
  handle: string;
  email: string;
  client: Ece;
}

interface Demo {
  exchange: Exchange;
  progress: Progress;
  random: Random;
  admin: { email: string; password: string };
  now: number;
}

/**
 * Makes the demo exchange: people with funds and collections, the catalogue, ninety days of sales, and a
 * market that is alive: listings, auctions with bids, and open trade offers. What people do now goes through
 * the public API like everybody's calls.
 */
export async function seedDemo(
  exchange: Exchange,
  progress: Progress,
  admin: { email: string; password: string },
): Promise<void> {
  const demo: Demo = { exchange, progress, random: seeded(2026), admin, now: Date.now() };
  progress.step('Inviting twelve collectors, drawing and importing the catalogue');
  const adminId = await ensureAdmin(demo);
  const [people] = await Promise.all([invite(demo), importCatalogue(demo, adminId)]);
  progress.step('Sending test USDC on chain to everyone');
  const transfers = await Promise.all(
    people.map(({ id }) => exchange.peers.wallet.fund(id, PURSE, new Date(demo.now - (DAYS + 1) * DAY))),
  );
  progress.step('Minting every copy on the local chain');
  const copies = await mintAll(demo, people);
  await until(() => exchange.peers.wallet.settled(transfers));
  progress.step('Replaying ninety days of sales');
  const model = await replay(demo, people, copies);
  await readThePast(demo, people);
  progress.step('Opening listings, auctions and trade offers');
  await showBest(demo, people, copies, model);
  await openMarket(demo, people, copies, model);
  await showInterest(demo, people, copies, model);
  const rebuilt = await rebuildServices(exchange.services, [], progress);
  if (!rebuilt.ok) throw new Error(rebuilt.problem);
}

async function ensureAdmin({ exchange, admin }: Demo): Promise<string> {
  return await exchange.peers.auth.ensureAccount({
    ...admin,
    handle: 'operator',
    role: 'admin',
    displayName: 'The operator',
  });
}

async function invite({ exchange }: Demo): Promise<Person[]> {
  return await Promise.all(
    cast.map(async ({ handle, email, displayName, bio }) => {
      const account = {
        email,
        password: DEMO_PASSWORD,
        handle,
        role: 'collector',
        displayName,
        bio,
      } as const;
      const id = await exchange.peers.auth.ensureAccount(account);
      const client = createClient({ url: exchange.url });
      await client.signIn({ email, password: DEMO_PASSWORD });
      return { id, handle, email, client };
    }),
  );
}

async function importCatalogue({ exchange, progress }: Demo, creatorId: string): Promise<void> {
  const rows = demoCatalogue();
  const content = await exchange.resources.content();
  const artwork: Record<string, string> = {};
  let done = 0;
  await eachOf(rows, AT_ONCE, async (row) => {
    artwork[row.artwork] = (await content.put(Buffer.from(renderSvg(artFor(row))))).cid;
    progress.update(++done, rows.length, 'cards');
  });
  const result = await exchange.peers.nfts.importCatalogue({ csv: catalogueCsv(rows), artwork, creatorId });
  if (!result.ok) throw new Error(`the demo's catalogue was refused: ${JSON.stringify(result.error)}`);
}

/** Mints every edition in full, dealt to people by chance, and waits until the chain has all of it. */
async function mintAll({ exchange, progress, random }: Demo, people: Person[]): Promise<DemoCopy[]> {
  const client = createClient({ url: exchange.url });
  const cards = await collect((cursor) => client.nfts.listCards({ cursor, limit: 100 }));
  // Dealt before anything is asked for, so that chance does not depend on what is done first.
  const deals = cards.map((card) => ({ card, hands: deal(random, people, card.editionSize) }));
  const minted = new Map<string, DemoCopy[]>();
  await eachOf(
    deals,
    AT_ONCE,
    async ({ card: { id: cardId, name, editionSize, setCode, rarity }, hands }) => {
      const copies: DemoCopy[] = [];
      for (const [ownerId, quantity] of hands) {
        const made = await exchange.peers.nfts.mint({ cardId, quantity, ownerId });
        if (!made.ok) throw new Error(`${name} could not be minted: ${made.error.code}`);
        for (const id of made.value) {
          copies.push({ id, ownerId, serial: copies.length + 1, editionSize, cardId, setCode, rarity });
        }
      }
      minted.set(cardId, copies);
    },
  );
  await until(async () => {
    const { pending, final } = await exchange.peers.nfts.mintProgress();
    progress.update(final, final + pending, 'NFTs');
    return pending === 0;
  });
  return cards.flatMap((card) => minted.get(card.id)!);
}

/** How many of an edition each person gets. */
function deal(random: Random, people: Person[], editionSize: number): Map<string, number> {
  const hands = new Map<string, number>();
  for (let i = 0; i < editionSize; i++) {
    const { id } = pick(random, people);
    hands.set(id, (hands.get(id) ?? 0) + 1);
  }
  return hands;
}

async function replay(demo: Demo, people: Person[], copies: DemoCopy[]): Promise<PriceModel> {
  const { exchange, progress, random, now } = demo;
  const model = createPriceModel(random, now, DAYS);
  const sales = makeHistory({
    random,
    model,
    copies,
    purses: new Map(people.map(({ id }) => [id, PURSE])),
    sales: SALES,
    from: now - DAYS * DAY,
    to: now - 60_000,
  });
  const size = 500;
  for (let i = 0; i < sales.length; i += size) {
    await exchange.peers.market.importSales(sales.slice(i, i + size));
    progress.update(Math.min(i + size, sales.length), sales.length, 'sales');
  }
  return model;
}

/** What people were told of their past is read already: the bell counts what happens from here on. */
async function readThePast({ exchange }: Demo, people: Person[]): Promise<void> {
  await until(async () => (await oldestUnread(exchange.resources.db, 'notifications')) === 0);
  await Promise.all(
    people.map(async ({ client }) => {
      const [latest] = (await client.notifications.list({ limit: 1 })).items;
      if (latest) await client.notifications.markRead({ upTo: latest.id });
    }),
  );
}

/** Everybody shows their best copies first. */
async function showBest(
  { now }: Demo,
  people: Person[],
  copies: DemoCopy[],
  model: PriceModel,
): Promise<void> {
  const worth = (copy: DemoCopy) => model.value(copy, now);
  for (const { id, client } of people) {
    const best = copies.filter(({ ownerId }) => ownerId === id).toSorted((a, b) => worth(b) - worth(a));
    await client.nfts.setShowcase({ copyIds: best.slice(0, SHOWN).map((copy) => copy.id) });
  }
}

async function openMarket(
  demo: Demo,
  people: Person[],
  copies: DemoCopy[],
  model: PriceModel,
): Promise<void> {
  const { exchange, random, now, progress } = demo;
  const free = shuffle(random, copies);
  const take = (count: number, fits: (copy: DemoCopy) => boolean = () => true) => {
    const taken: DemoCopy[] = [];
    for (let i = free.length - 1; i >= 0 && taken.length < count; i--) {
      if (fits(free[i]!)) taken.push(...free.splice(i, 1));
    }
    return taken;
  };
  const price = (copy: DemoCopy, factor: number) => pricePoint(model.value(copy, now) * factor);
  const wanted = 24 + 6 + 12;
  let done = 0;
  const progressed = () => progress.update(++done, wanted);

  for (const copy of take(24, (c) => c.rarity !== 'common')) {
    await openAuction(demo, people, copy, model, done);
    progressed();
  }
  for (const person of people) {
    const items = take(22, (copy) => copy.ownerId === person.id);
    const asked = items.map((copy) => ({
      sellerId: person.id,
      copyId: copy.id,
      price: price(copy, 0.95 + random() * 0.6),
    }));
    const listed = await exchange.peers.market.list(asked);
    if (!listed.ok) throw new Error(`listings were refused: ${listed.error.code}`);
    progressed();
  }
  for (let i = 0; i < 6; i++) {
    const [from, to] = [people[i]!, people[(i + 5) % people.length]!];
    const [give] = take(1, (copy) => copy.ownerId === from.id);
    const [receive] = take(1, (copy) => copy.ownerId === to.id);
    const difference = price(receive!, 1) - price(give!, 1);
    const cash = (amount: bigint) => (amount > 0n ? formatMoney(amount) : '0');
    await from.client.trades.create({
      toHandle: to.handle,
      give: { copyIds: [give!.id], cash: cash(difference) },
      receive: { copyIds: [receive!.id], cash: cash(-difference) },
      message: pick(random, MESSAGES),
    });
    progressed();
  }
}

/** Everybody offers for a copy of somebody else, watches two cards and waits for the price of one of them. */
async function showInterest(
  { now, random }: Demo,
  people: Person[],
  copies: DemoCopy[],
  model: PriceModel,
): Promise<void> {
  const wanted = shuffle(
    random,
    copies.filter(({ rarity }) => rarity !== 'common'),
  );
  for (const { id, client } of people) {
    const [first, second] = wanted.filter(({ ownerId }) => ownerId !== id);
    wanted.splice(wanted.indexOf(first!), 1);
    const price = (factor: number) => formatMoney(pricePoint(model.value(first!, now) * factor));
    await client.market.createOffer({ copyId: first!.id, amount: price(0.8) });
    for (const { cardId } of [first!, second!]) await client.notifications.createWatch({ cardId });
    await client.notifications.createPriceAlert({
      ...{ cardId: first!.cardId, direction: 'below', price: price(0.5) },
    });
  }
}

const MESSAGES = [
  'Yours completes my set. Fair?',
  'I have looked for this one since spring.',
  'Same value by my count; tell me if you see it differently.',
  'Happy to talk about the cash.',
  'My low serial for your rare one?',
];

/** Auctions that end from a few minutes to three days from now, most of them with rival bids. */
async function openAuction(
  demo: Demo,
  people: Person[],
  copy: DemoCopy,
  model: PriceModel,
  index: number,
): Promise<void> {
  const { random } = demo;
  const seller = people.find(({ id }) => id === copy.ownerId)!;
  const value = model.value(copy, demo.now);
  const minutes = 4 + index * index * 7.5;
  const auction = await seller.client.auctions.create({
    copyIds: [copy.id],
    startingPrice: formatMoney(pricePoint(value * 0.3)),
    reservePrice: index % 4 === 1 ? formatMoney(pricePoint(value * 0.9)) : undefined,
    buyNowPrice: index % 3 === 0 ? formatMoney(pricePoint(value * 2.5)) : undefined,
    endsAt: new Date(Date.now() + minutes * 60_000).toISOString(),
    softClose: { window: 120, extension: 120 },
  });
  const bidders = shuffle(
    random,
    people.filter(({ id }) => id !== seller.id),
  ).slice(0, index % 5);
  for (const { client } of bidders) {
    const maximum = formatMoney(pricePoint(value * (0.35 + random() * 0.75)));
    // A bid below another's hidden maximum is refused, as it would be for anybody.
    await client.auctions.bid({ id: auction.id, maximum }).catch(() => undefined);
  }
}

function shuffle<T>(random: Random, list: readonly T[]): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

async function collect<T>(
  read: (cursor?: string) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return all;
}

const LONGEST_WAIT_MS = 300_000;

/** Waits for a condition, five minutes at the most. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('the local chain did not finish in five minutes');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
