import { atomically, type Database } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import { consume } from '@ece/platform/outbox/reader';
import type { OnProgress } from '@ece/platform/service';
import { countCopies, listCopies } from '@ece/vault';
import type { PortfolioContext } from './api.ts';
import { deleteLots, lockBooks, noteFilled, tryLockBooks } from './books-store.ts';
import { catchUp } from './lots.ts';
import { cardsWithoutFacts, writeFacts } from './lots-store.ts';
import { Valuer } from './valuing.ts';

const MOVES_EVERY_MS = 500;
const FACTS_EVERY_MS = 500;
const VALUES_EVERY_MS = 2_000;
const EVENTS = 500;
const CARDS = 500;
const COPIES = 1_000;

/** The events that tell of a copy's change of hands. */
const MOVES = new Set(['sale.completed', 'copy.moved']);

/**
 * The jobs of the portfolio: lots from the vault's moves, facts of new cards, and values. Events only say
 * which copies to look at; what happened to them is read from the vault, and what is there already is left
 * alone.
 */
export function portfolioJobs(context: PortfolioContext): Job[] {
  const { db } = context;
  const valuer = new Valuer(db);
  return [
    { name: 'portfolio.moves', everyMs: MOVES_EVERY_MS, run: () => takeMoves(db) },
    { name: 'portfolio.facts', everyMs: FACTS_EVERY_MS, run: () => learnFacts(context) },
    { name: 'portfolio.values', everyMs: VALUES_EVERY_MS, run: () => valuer.run() },
  ];
}

async function takeMoves(db: Database): Promise<boolean> {
  const books = await atomically(db, tryLockBooks);
  // Somebody makes everything anew; events can wait.
  if (!books) return false;
  if (!books.filled) {
    await fill(db, () => {});
    return true;
  }
  const read = await consume(
    db,
    'portfolio',
    async (tx, events) => {
      const copyIds = events
        .filter(({ type }) => MOVES.has(type))
        .map(({ data }) => String((data as { copyId: string }).copyId));
      if (copyIds.length === 0) return;
      await lockBooks(tx);
      await catchUp(tx, copyIds);
    },
    EVENTS,
  );
  return read === EVENTS;
}

async function learnFacts({ db, nfts }: PortfolioContext): Promise<boolean> {
  const ids = await cardsWithoutFacts(db, CARDS);
  if (ids.length === 0) return false;
  const facts = Object.values(await nfts.cardFacts(ids));
  if (facts.length < ids.length) throw new Error('the catalogue does not know a card that has copies');
  await atomically(db, async (tx) => {
    await lockBooks(tx);
    await writeFacts(tx, facts);
  });
  return ids.length === CARDS;
}

/**
 * Makes all lots anew from the vault in one transaction: until it commits, everybody sees the old ones. The
 * days are valued again afterwards.
 * @returns how many lots were made
 */
export async function fill(db: Database, progress: OnProgress): Promise<number> {
  return await atomically(db, async (tx) => {
    await lockBooks(tx);
    await deleteLots(tx);
    const total = await countCopies(tx);
    let [lots, done] = [0, 0];
    let after: string | undefined;
    for (;;) {
      const copies = await listCopies(tx, { ...(after && { after }) }, COPIES);
      lots += await catchUp(
        tx,
        copies.map((copy) => copy.id),
      );
      done += copies.length;
      progress(done, Math.max(done, total), 'copies');
      if (copies.length < COPIES) break;
      after = copies.at(-1)!.id;
    }
    await noteFilled(tx);
    return lots;
  });
}

/** `ece rebuild`: the lots, the facts of their cards, and every day up to now. Gives how many lots were made. */
export async function rebuild(context: PortfolioContext, progress: OnProgress): Promise<number> {
  const { db } = context;
  const lots = await fill(db, progress);
  while (await learnFacts(context));
  const valuer = new Valuer(db);
  // Where a running exchange has the books, it does this itself.
  for (let more = true; more; ) more = await valuer.run();
  return lots;
}
