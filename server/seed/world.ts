import type { Result } from '@ece/contract';
import { renderSvg } from '@ece/demo/artwork/index';
import { artFor, catalogueCsv } from '@ece/demo/catalogue/export';
import { playHistory } from '@ece/demo/world/history';
import { makeWorld, type World, type WorldSize } from '@ece/demo/world/index';
import { type OpenMarket, openMarket } from '@ece/demo/world/market';
import { PAST_SALE_TABLES, type PastSale } from '@ece/market';
import { eachOf } from '@ece/platform/chain/each-of';
import { withoutIndexes } from '@ece/platform/db/bulk';
import { atomically } from '@ece/platform/db/database';
import { startJob } from '@ece/platform/jobs/runner';
import type { Operator } from '../operator.ts';
import type { Progress } from '../progress.ts';
import { rebuildTogether } from '../rebuild.ts';
import { DEMO_PASSWORD } from './password.ts';

const DAY = 86_400_000;
/** Sales, auctions and the like of one transaction. */
const BATCH = { sales: 10_000, auctions: 1_000, listings: 2_000, trades: 500, offers: 500 };
/** Pictures that are stored together. */
const PICTURES = 200;
const AT_ONCE = 16;
const LONGEST_WAIT_MS = 600_000;
/** Milliseconds between two looks at what the chain has done. */
const LOOK_MS = 200;

export interface WorldOptions {
  size: WorldSize;
  /** Equal numbers make equal worlds. */
  seed: number;
  admin: { email: string; password: string };
}

interface Seeding {
  operator: Operator;
  progress: Progress;
  world: World;
  personIds: string[];
}

/**
 * Fills an empty exchange with a made-up world: people, sets with their copies on chain, years of sales, and a
 * market that is open now. Everything goes through the services' ways for bringing in what happened before, so
 * every invariant holds afterwards; read models are rebuilt at the end.
 * @throws when the chain takes no accounts, or the progress is told to stop
 */
export async function seedWorld(
  operator: Operator,
  progress: Progress,
  { size, seed, admin }: WorldOptions,
): Promise<void> {
  const { chain } = await operator.resources.chainParts();
  if (!(await chain.loadable())) throw new Error('this chain takes no NFTs that were minted elsewhere');
  progress.step(`Making up ${size.people} people and ${size.cards} cards`);
  const world = makeWorld(size, seed, Date.now());
  const personIds = await invite(operator, world, admin);
  const seeding = { operator, progress, world, personIds };
  const { cardIds, copyIds } = await bringOntoChain(seeding);
  await withoutIndexes(
    operator.resources.db,
    PAST_SALE_TABLES,
    () => replay(seeding, copyIds),
    () => progress.step('Indexing the sales'),
  );
  progress.step('Opening auctions, listings, trade offers and offers to buy');
  await open(seeding, { copyIds, cardIds }, openMarket(world));
  await analyse(operator, progress);
  await rebuildTogether(operator.byName, progress);
}

/** Brings everybody's USDC and every copy onto the chain. */
async function bringOntoChain(seeding: Seeding): Promise<{ cardIds: string[]; copyIds: string[] }> {
  const { operator, progress } = seeding;
  const { sender } = await operator.resources.chainParts();
  const wallet = operator.byName.get('wallet')!;
  const running = [...wallet.jobs, ...sender.jobs].map((job) => startJob(job, operator.resources.log));
  try {
    const funding = fund(seeding);
    // Awaited below; until then a failure must not end the process.
    funding.catch(() => {});
    const cardIds = await importCatalogue(seeding);
    const copyIds = await mintAll(seeding, cardIds);
    progress.step('Waiting until everybody’s USDC has arrived on chain');
    await settled(seeding, await funding);
    await swept(seeding);
    return { cardIds, copyIds };
  } finally {
    // Nothing happens on chain from here on, and looking for it costs more than the work.
    await Promise.all(running.map((job) => job.stop()));
  }
}

function accepted<T>(result: Result<T>, what: string): T {
  if (!result.ok)
    throw new Error(`${what} refused: ${result.error.code} ${result.error.detail ?? ''}`.trim());
  return result.value;
}

async function invite(
  { peers }: Operator,
  { people, from }: World,
  admin: WorldOptions['admin'],
): Promise<string[]> {
  const operator = { handle: 'operator', role: 'admin', displayName: 'The operator' } as const;
  await peers.auth.ensureAccount({ ...admin, ...operator });
  const joinedAt = new Date(from - DAY);
  return accepted(
    await peers.auth.importAccounts(
      people.map((person) => ({ ...person, joinedAt })),
      DEMO_PASSWORD,
    ),
    'the people were',
  );
}

/** Sends test USDC on chain to everybody. Gives the transfers. */
async function fund({ operator, world, personIds }: Seeding): Promise<string[]> {
  const transfers: string[] = [];
  const bookedAt = new Date(world.from - DAY);
  // What people begin with: purses change while the past is played.
  const purses = [...world.purses];
  await eachOf([...personIds.entries()], AT_ONCE, async ([person, id]) => {
    transfers.push(await operator.peers.wallet.fund(id, BigInt(purses[person]!), bookedAt));
  });
  return transfers;
}

/** Draws and imports the cards. Gives their ids. */
async function importCatalogue({ operator, progress, world, personIds }: Seeding): Promise<string[]> {
  const { cards, size } = world;
  const { peers, resources } = operator;
  const content = await resources.content();
  progress.step('Drawing the cards');
  const artwork: Record<string, string> = {};
  for (let at = 0; at < cards.length; at += PICTURES) {
    const rows = cards.slice(at, at + PICTURES);
    const pictures: Buffer[] = [];
    for (const row of rows) {
      pictures.push(Buffer.from(renderSvg(artFor(row))));
      // Drawing keeps the thread busy: let others have a turn.
      await new Promise(setImmediate);
    }
    const cids = await content.putMany(pictures);
    for (const [i, row] of rows.entries()) artwork[row.artwork] = cids[i]!;
    progress.update(at + rows.length, cards.length, 'cards');
  }
  progress.step('Importing the catalogue');
  const sets = [...Map.groupBy(cards, (card) => card.setCode).values()];
  for (const [i, rows] of sets.entries()) {
    const own = Object.fromEntries(rows.map((row) => [row.artwork, artwork[row.artwork]!]));
    const creatorId = personIds[i % size.creators]!;
    accepted(
      await peers.nfts.importCatalogue({ csv: catalogueCsv(rows), artwork: own, creatorId }),
      'a catalogue was',
    );
    progress.update(i + 1, sets.length, 'sets');
  }
  const idOf = new Map<string, string>();
  for (let after: string | undefined; ; ) {
    const page = await peers.nfts.cards({ after, limit: 1_000 });
    for (const { id, setCode, number } of page) idOf.set(`${setCode} ${number}`, id);
    after = page.at(-1)?.id;
    if (page.length < 1_000) break;
  }
  return cards.map(({ setCode, number }) => idOf.get(`${setCode} ${number}`)!);
}

/** Brings every copy onto the chain, set by set. Gives their ids. */
async function mintAll(
  { operator, progress, world, personIds }: Seeding,
  cardIds: string[],
): Promise<string[]> {
  const { cards, ownerOf, from, size } = world;
  progress.step('Bringing every copy onto the local chain');
  const { nfts } = operator.peers;
  const facts = await nfts.cards({ ids: cardIds });
  const setOf = new Map(facts.map(({ id, setId }) => [id, setId]));
  const copyIds: string[] = [];
  const sets = Map.groupBy(cards.keys(), (card) => setOf.get(cardIds[card]!)!);
  for (const [setId, positions] of sets) {
    let first = copyIds.length;
    const minted = positions.map((card) => {
      const ownerIds = Array.from(
        { length: cards[card]!.editionSize },
        (_, i) => personIds[ownerOf[first + i]!]!,
      );
      first += ownerIds.length;
      return { cardId: cardIds[card]!, ownerIds };
    });
    const ids = accepted(
      await nfts.importMinted({ setId, cards: minted, at: new Date(from - DAY / 2) }),
      'a set was',
    );
    copyIds.push(...ids.flat());
    progress.update(copyIds.length, size.copies, 'NFTs');
  }
  return copyIds;
}

async function replay({ operator, progress, world, personIds }: Seeding, copyIds: string[]): Promise<void> {
  progress.step(`Replaying ${world.size.days} days of sales`);
  const { market } = operator.peers;
  let done = 0;
  let writing: Promise<void> = Promise.resolve();
  // The next batch is made up while the database writes the last one.
  const write = async (batch: PastSale[]) => {
    await writing;
    writing = market.importSales(batch).then(() => {
      done += batch.length;
      progress.update(done, world.size.sales, 'sales');
    });
    writing.catch(() => {});
  };
  let batch: PastSale[] = [];
  for (const { copy, seller, buyer, price, at } of playHistory(world)) {
    batch.push({
      ...{ copyId: copyIds[copy]!, sellerId: personIds[seller]!, buyerId: personIds[buyer]! },
      ...{ price, at },
    });
    if (batch.length < BATCH.sales) continue;
    await write(batch);
    batch = [];
  }
  await write(batch);
  await writing;
}

async function open(
  { operator, progress, world, personIds }: Seeding,
  { copyIds, cardIds }: { copyIds: string[]; cardIds: string[] },
  { auctions, listings, trades, offers }: OpenMarket,
): Promise<void> {
  const { peers } = operator;
  const person = (position: number) => personIds[position]!;
  const copies = (positions: number[]) => positions.map((copy) => copyIds[copy]!);
  const total = auctions.length + listings.length + trades.length + offers.length;
  let done = 0;
  const inBatches = async <T>(items: T[], size: number, write: (batch: T[]) => Promise<void>) => {
    for (let at = 0; at < items.length; at += size) {
      const batch = items.slice(at, at + size);
      await write(batch);
      done += batch.length;
      progress.update(done, total);
    }
  };
  await inBatches(auctions, BATCH.auctions, async (batch) => {
    const opened = batch.map(({ copies: lot, seller, bids, ...terms }) => ({
      ...{ ...terms, copyIds: copies(lot), sellerId: person(seller), softClose: undefined },
      bids: bids.map(({ bidder, ...bid }) => ({ ...bid, bidderId: person(bidder) })),
    }));
    accepted(await peers.auctions.importOpen(opened), 'auctions were');
  });
  await inBatches(listings, BATCH.listings, async (batch) => {
    const items = batch.map(({ copy, seller, price }) => ({
      ...{ sellerId: person(seller), copyId: copyIds[copy]!, price },
    }));
    accepted(await peers.market.list(items), 'listings were');
  });
  await inBatches(trades, BATCH.trades, async (batch) => {
    const offers = batch.map(({ from, to, give, receive, message }) => ({
      ...{ fromId: person(from), toId: person(to), message },
      give: { copyIds: copies(give.copies), cash: give.cash },
      receive: { copyIds: copies(receive.copies), cash: receive.cash },
    }));
    accepted(await peers.trades.importOpen(offers), 'trade offers were');
  });
  const cards = await peers.nfts.cardFacts(cardIds);
  await inBatches(offers, BATCH.offers, async (batch) => {
    const made = batch.map(({ buyer, scope, copy, amount }) => {
      const cardId = cardIds[world.cardOf[copy]!]!;
      const wish = {
        copyId: scope === 'copy' ? copyIds[copy]! : null,
        cardId: scope === 'card' ? cardId : null,
        setId: scope === 'set' ? cards[cardId]!.setId : null,
        ...{ rarity: null, category: null, serialFrom: null, serialTo: null },
      };
      return { buyerId: person(buyer), wish, amount };
    });
    accepted(await peers.market.importOffers(made), 'offers were');
  });
}

async function settled({ operator, progress }: Seeding, transfers: string[]): Promise<void> {
  await until(async () => {
    const waiting: string[] = [];
    for (let at = 0; at < transfers.length; at += 500) {
      const some = transfers.slice(at, at + 500);
      if (!(await operator.peers.wallet.settled(some))) waiting.push(...some);
    }
    progress.update(transfers.length - waiting.length, transfers.length, 'deposits');
    return waiting.length === 0;
  });
}

/** Waits until what has arrived is in the treasury, where withdrawals are paid from. */
async function swept({ operator, progress }: Seeding): Promise<void> {
  progress.step('Waiting until the treasury has all of it');
  await until(async () => {
    progress.update(0, 1);
    return (await operator.peers.wallet.unswept()) === 0;
  });
}

/** Tells the planner what the tables hold now. */
async function analyse({ resources }: Operator, progress: Progress): Promise<void> {
  progress.step('Gathering statistics for the database');
  const { db, config } = resources;
  if (config.databasePooler) {
    // What is set in a session goes to whoever is lent the connection next, and vacuum runs in no transaction.
    await atomically(db, async (tx) => {
      await tx`set local statement_timeout = 0`;
      await tx`analyze`;
    });
    return;
  }
  const connection = await db.reserve();
  try {
    await connection`set statement_timeout = 0`;
    await connection`vacuum (analyze)`;
    await connection`reset statement_timeout`;
  } finally {
    connection.release();
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('the local chain did not finish in ten minutes');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
