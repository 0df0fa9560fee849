import type { CardFacts } from '@ece/nfts';
import { atomically, type Tx } from '@ece/platform/db/database';
import { type SaleFact, salesById } from '@ece/vault';
import type { MarketdataContext } from './api.ts';
import { MARKET, writeHours, writeTraders } from './buckets.ts';
import { dayOf, hourOf } from './domain/time.ts';
import { writeFloors } from './floors.ts';
import { type Mark, readMarks, takeMarks } from './marks.ts';
import { addUpSubjects, insertSubjects, writeHoldings, writeListings, writeTotals } from './summaries.ts';

/** What became of a batch of marks. */
export type Refreshed = 'nothing to do' | 'somebody else is at it' | 'done';

/**
 * Computes again what has been marked, a batch of it: from the vault in the transaction, and from what the
 * neighbours said before it. A mark that got a new version meanwhile stays, because what was asked may be older
 * than its reason. One process at a time writes.
 */
export async function refresh(context: MarketdataContext, limit: number): Promise<Refreshed> {
  const { db, market, nfts } = context;
  const marks = await readMarks(db, limit);
  if (marks.length === 0) return 'nothing to do';
  const sales = await salesById(db, idsOf(marks, 'sale'));
  const cardIds = [...new Set([...idsOf(marks, 'card'), ...sales.map((sale) => sale.cardId)])];
  const since = earliest(marks);
  const [facts, listings, spans] = await Promise.all([
    nfts.cardFacts(cardIds),
    market.cardListings(cardIds),
    market.priceSpans(idsOf(marks, 'card'), since),
  ]);
  const known = cardIds.flatMap((cardId) => (facts[cardId] ? [{ cardId, setId: facts[cardId].setId }] : []));
  return await atomically(db, async (tx) => {
    if (!(await becomeWriter(tx))) return 'somebody else is at it';
    const taken = await takeMarks(tx, marks);
    await insertSubjects(tx, known);
    const takenSales = new Set(idsOf(taken, 'sale'));
    await writeSales(
      tx,
      sales.filter((sale) => takenSales.has(sale.id)),
      facts,
    );
    const cards = idsOf(taken, 'card').filter((id) => facts[id]);
    await writeListings(tx, cards, listings);
    await writeFloors(tx, cards, spans, since);
    await writeHoldings(tx, cards);
    await addUpSubjects(tx, [...new Set(cards.map((id) => facts[id]!.setId))]);
    return 'done';
  });
}

const idsOf = (marks: Mark[], kind: Mark['kind']) =>
  marks.filter((mark) => mark.kind === kind).map((mark) => mark.id);

/** From when on floors must be computed again; null: all of them. */
function earliest(marks: Mark[]): Date | null {
  const times = marks.flatMap((mark) => (mark.kind === 'card' ? [mark.since?.getTime()] : []));
  return times.includes(undefined) ? null : new Date(Math.min(...(times as number[]), Date.now()));
}

/** Takes the writer's row, unless another transaction has it. */
async function becomeWriter(tx: Tx): Promise<boolean> {
  const rows = await tx`select one from marketdata.writer for update skip locked`;
  return rows.length === 1;
}

async function writeSales(tx: Tx, sales: SaleFact[], facts: Record<string, CardFacts>): Promise<void> {
  const sold = sales.flatMap((sale) => {
    const setId = facts[sale.cardId]?.setId;
    const at = sale.at.getTime();
    return setId ? [{ ...sale, setId, start: new Date(hourOf(at)), day: new Date(dayOf(at)) }] : [];
  });
  if (sold.length === 0) return;
  await writeHours(tx, sold);
  await writeTraders(
    tx,
    sold.flatMap(({ day, sellerId, buyerId }) =>
      [sellerId, buyerId].map((accountId) => ({ day, accountId })),
    ),
  );
  await writeTotals(tx, [...new Set(sold.flatMap(({ cardId, setId }) => [cardId, setId, MARKET]))]);
}
