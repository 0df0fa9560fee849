import { atomically } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import { consume } from '@ece/platform/outbox/reader';
import type { OnProgress } from '@ece/platform/service';
import { cardsWithCopies, countCopies, listCopies } from '@ece/vault';
import type { PortfolioContext } from './api.ts';
import { allowAllOfIt, countLots, deleteLots, lockBooks, noteFilled, tryLockBooks } from './books-store.ts';
import { catchUp } from './lots.ts';
import { cardsWithoutFacts, copiesWithLots, insertCards, writeFacts, writePlainLots } from './lots-store.ts';
import { Valuer } from './valuing.ts';

const MOVES_EVERY_MS = 500;
const FACTS_EVERY_MS = 500;
const VALUES_EVERY_MS = 2_000;
const EVENTS = 5000;
const CARDS = 500;
const COPIES = 1_000;

/** The events that tell of a copy's change of hands. */
const MOVES = ['sale.completed', 'copy.moved'];

/**
 * The jobs of the portfolio: lots from the vault's moves, facts of new cards, and values. Events only say
 * which copies to look at; what happened to them is read from the vault, and what is there already is left
 * alone.
 */
export function portfolioJobs(context: PortfolioContext): Job[] {
  const { db } = context;
  const valuer = new Valuer(db);
  return [
    { name: 'portfolio.moves', everyMs: MOVES_EVERY_MS, patient: true, run: () => takeMoves(context) },
    { name: 'portfolio.facts', everyMs: FACTS_EVERY_MS, patient: true, run: () => learnFacts(context) },
    { name: 'portfolio.values', everyMs: VALUES_EVERY_MS, patient: true, run: () => valuer.run() },
  ];
}

async function takeMoves(context: PortfolioContext): Promise<boolean> {
  const { db } = context;
  const books = await atomically(db, tryLockBooks);
  // Somebody makes everything anew; events can wait.
  if (!books) return false;
  if (!books.filled) {
    await fill(context, () => {});
    return true;
  }
  return await consume(
    db,
    'portfolio',
    async (tx, events) => {
      await lockBooks(tx);
      await catchUp(
        tx,
        events.map(({ data }) => String((data as { copyId: string }).copyId)),
      );
    },
    { types: MOVES, limit: EVENTS },
  );
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

/** Notes every card with copies and its facts, so that all lots can be written with their kinds of serials. */
async function learnAllFacts({ db, nfts }: PortfolioContext): Promise<void> {
  for (let after: string | undefined; ; ) {
    const ids = await cardsWithCopies(db, after, CARDS);
    const facts = Object.values(await nfts.cardFacts(ids));
    await atomically(db, async (tx) => {
      await lockBooks(tx);
      await insertCards(tx, ids);
      await writeFacts(tx, facts);
    });
    if (ids.length < CARDS) return;
    after = ids.at(-1);
  }
}

/**
 * Makes all lots anew from the vault in one transaction: until it commits, everybody sees the old ones. The
 * days are valued again afterwards.
 * @returns how many lots were made
 */
export async function fill(context: PortfolioContext, progress: OnProgress): Promise<number> {
  const { db } = context;
  await learnAllFacts(context);
  return await atomically(db, async (tx) => {
    await allowAllOfIt(tx);
    await lockBooks(tx);
    const total = await countCopies(tx);
    progress(0, total, 'copies');
    await deleteLots(tx);
    // Most copies were only made and sold; the others need to be followed move by move.
    let lots = await writePlainLots(tx);
    let done = 0;
    for (let after: string | undefined; ; ) {
      const copies = await listCopies(tx, { ...(after && { after }) }, COPIES);
      const ids = copies.map((copy) => copy.id);
      const there = await copiesWithLots(tx, ids);
      lots += await catchUp(
        tx,
        ids.filter((id) => !there.has(id)),
      );
      done += copies.length;
      progress(done, Math.max(done, total), 'copies');
      if (copies.length < COPIES) break;
      after = ids.at(-1);
    }
    // Nothing of it has been counted yet, and every day is read by its own part of an index.
    await countLots(tx);
    await noteFilled(tx);
    return lots;
  });
}

/** `ece rebuild`: the lots, the facts of their cards, and every day up to now. Gives how many lots were made. */
export async function rebuild(context: PortfolioContext, progress: OnProgress): Promise<number> {
  const { db } = context;
  const lots = await fill(context, progress);
  while (await learnFacts(context));
  const valuer = new Valuer(db);
  // Where a running exchange has the books, it does this itself.
  for (let more = true; more; ) more = await valuer.run();
  return lots;
}
