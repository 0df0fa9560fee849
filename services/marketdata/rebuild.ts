import { atomically, type Tx } from '@ece/platform/db/database';
import type { OnProgress } from '@ece/platform/service';
import { cardsWithCopies } from '@ece/vault';
import type { MarketdataContext } from './api.ts';
import { MARKET, rewriteBuckets, rewriteTraders } from './buckets.ts';
import { countMarks, latestVersion, writeMarks } from './marks.ts';
import { refresh } from './refresh.ts';
import { type CardOfSet, insertSubjects, knownCards, writeHoldings, writeTotals } from './summaries.ts';

/** Cards of one step. */
const STEP = 1000;
/** Marks of one batch after it. */
const BATCH = 500;
/** Milliseconds until the next try while another process writes. */
const PATIENCE_MS = 50;
/** A statement over all sales may take longer than one of a call. */
const STATEMENT = '15min';
/** Memory of a sort of all sales. */
const SORT_MEMORY = '256MB';

/**
 * Makes every figure anew. What comes from the vault is replaced in one transaction, which holds the writer's
 * row: what happens meanwhile is marked as ever, and computed again afterwards. What comes from listings is
 * asked of the market afterwards, by marking every card; until then the floors of before stay.
 * @returns how many rows of sales there are
 */
export async function rebuild(context: MarketdataContext, progress: OnProgress): Promise<number> {
  const { db } = context;
  const found = await allCards(context);
  const { rows, version } = await atomically(db, async (tx) => {
    await tx`
      select set_config('statement_timeout', ${STATEMENT}, true), set_config('work_mem', ${SORT_MEMORY}, true)`;
    await tx`select one from marketdata.writer for update`;
    // Those that were made since, too: their marks may be gone by now.
    const known = new Map([...found, ...(await knownCards(tx))].map((card) => [card.cardId, card]));
    const cards = [...known.values()];
    const rows = await replace(tx, cards, progress);
    await writeMarks(
      tx,
      cards.map(({ cardId }) => ({ kind: 'card', id: cardId })),
    );
    return { rows, version: await latestVersion(tx) };
  });
  await finish(context, version, progress);
  return rows;
}

/** Every card with copies, and its set. */
async function allCards({ db, nfts }: MarketdataContext): Promise<CardOfSet[]> {
  const cards: CardOfSet[] = [];
  for (let after: string | undefined; ; ) {
    const ids = await cardsWithCopies(db, after, STEP);
    const facts = await nfts.cardFacts(ids);
    cards.push(...ids.flatMap((cardId) => (facts[cardId] ? [{ cardId, setId: facts[cardId].setId }] : [])));
    if (ids.length < STEP) return cards;
    after = ids.at(-1);
  }
}

async function replace(tx: Tx, cards: CardOfSet[], progress: OnProgress): Promise<number> {
  const cardIds = cards.map((card) => card.cardId);
  const subjects = [...cardIds, ...new Set(cards.map((card) => card.setId)), MARKET];
  const steps = 2 + 2 * Math.ceil(cardIds.length / STEP) + 1;
  let done = 0;
  const step = (what: string) => progress(done++, steps, what);
  step('cards');
  await insertSubjects(tx, cards);
  step('sales');
  const rows = (await rewriteBuckets(tx)) + (await rewriteTraders(tx));
  await tx`delete from marketdata.holdings`;
  for (let from = 0; from < cardIds.length; from += STEP) {
    step('owners');
    await writeHoldings(tx, cardIds.slice(from, from + STEP));
  }
  for (let from = 0; from < subjects.length; from += STEP) {
    step('totals');
    await writeTotals(tx, subjects.slice(from, from + STEP));
  }
  progress(steps, steps);
  return rows;
}

/** Works on the marks up to a version, whoever else does; a running exchange may add later ones for ever. */
async function finish(context: MarketdataContext, version: bigint, progress: OnProgress): Promise<void> {
  const total = await countMarks(context.db, version);
  for (;;) {
    const left = await countMarks(context.db, version);
    progress(total - Math.min(left, total), total, 'cards');
    if (left === 0) return;
    if ((await refresh(context, BATCH)) !== 'done') await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}
