import type { Sql, Tx } from '@ece/platform/db/database';
import { cashOf, type MoveRow, movesAfter, movesOf, pricesBefore } from '@ece/vault';
import { noteChange } from './books-store.ts';
import { type Given, type Outcome, outcomesOf } from './domain/cost-basis.ts';
import { median } from './domain/robust.ts';
import { type Acquisition, type LotEnd, lastLots, type NewLot, writeLots } from './lots-store.ts';

/** Sales of a card whose middle is its recent price, where a trade's cost is divided. */
const RECENT_SALES = 5;

/** What each kind of transaction of the vault is for the lots. */
const ACQUISITIONS: Partial<Record<MoveRow['kind'], Acquisition>> = {
  mint: 'mint',
  sale: 'sale',
  trade: 'trade',
  copy_withdrawal: 'withdrawal',
  copy_deposit: 'deposit',
};

/**
 * Brings the lots of copies up to what the vault says of them, together with the copies that were traded with
 * them, because what a copy cost depends on what was given for it. A move that is there already is left
 * alone, so events may come twice, late or in another order. The caller has locked the books.
 * @returns how many lots were written
 */
export async function catchUp(tx: Tx, copyIds: string[]): Promise<number> {
  const { lasts, moves } = await pendingMoves(tx, copyIds);
  const lots: NewLot[] = [];
  const ends: LotEnd[] = [];
  const groups = [...Map.groupBy(moves, (move) => move.transactionId).values()];
  const trades = groups.filter((group) => group[0]!.kind === 'trade');
  const cash = await cashByTransaction(
    tx,
    trades.map((group) => group[0]!.transactionId),
  );
  for (const group of inOrder(groups, lasts)) {
    const { transactionId, kind, at } = group[0]!;
    const outcomes = outcomesOf({
      moves: group,
      given: lasts,
      cash: cash.get(transactionId) ?? new Map(),
      prices: kind === 'trade' ? await recentPrices(tx, group, at) : new Map(),
    });
    const outcomeOf = new Map(outcomes.map((outcome) => [outcome.copyId, outcome]));
    for (const move of group) {
      const outcome = outcomeOf.get(move.copyId)!;
      if (move.epoch > 0n) ends.push(toEnd(move, outcome));
      lots.push(toLot(move, outcome));
      lasts.set(move.copyId, { epoch: move.epoch, cost: outcome.cost, fromId: move.fromId });
    }
  }
  await writeLots(tx, lots, ends);
  if (lots.length > 0) {
    await noteChange(
      tx,
      lots.map(({ at }) => at).reduce((a, b) => (a < b ? a : b)),
    );
  }
  return lots.length;
}

type Lasts = Map<string, Given & { epoch: bigint }>;

/** Moves that have no lot yet: those of some copies, and of the copies that they were traded with. */
async function pendingMoves(sql: Sql, copyIds: string[]): Promise<{ lasts: Lasts; moves: MoveRow[] }> {
  const lasts: Lasts = new Map();
  const moves = new Map<string, MoveRow>();
  const asked = new Set<string>();
  const traded = new Set<string>();
  let wanted = [...new Set(copyIds)];
  while (wanted.length > 0) {
    for (const id of wanted) asked.add(id);
    for (const { copyId, ...lot } of await lastLots(sql, wanted)) lasts.set(copyId, lot);
    const known = wanted.map((copyId) => ({ copyId, epoch: lasts.get(copyId)?.epoch ?? -1n }));
    const found = await movesAfter(sql, known);
    for (const move of found) moves.set(`${move.copyId} ${move.epoch}`, move);
    const trades = found.filter((move) => move.kind === 'trade').map((move) => move.transactionId);
    const fresh = [...new Set(trades)].filter((id) => !traded.has(id));
    for (const id of fresh) traded.add(id);
    const partners = fresh.length > 0 ? await movesOf(sql, fresh) : [];
    wanted = [...new Set(partners.map((move) => move.copyId))].filter((id) => !asked.has(id));
  }
  return { lasts, moves: [...moves.values()] };
}

/**
 * Transactions so that each copy's moves come in the order of its epochs. One of which not all can be seen
 * yet, because it was committed a moment ago, is left out with what follows on it: its own event comes later.
 */
function* inOrder(groups: MoveRow[][], lasts: Lasts): Generator<MoveRow[]> {
  const waiting = new Map<string, { group: MoveRow[]; left: number }>();
  const ready: MoveRow[][] = [];
  const isNext = ({ copyId, epoch }: MoveRow) => epoch === (lasts.get(copyId)?.epoch ?? -1n) + 1n;
  for (const group of groups) {
    const entry = { group, left: group.filter((move) => !isNext(move)).length };
    if (entry.left === 0) ready.push(group);
    else for (const move of group) waiting.set(`${move.copyId} ${move.epoch}`, entry);
  }
  for (let group = ready.pop(); group; group = ready.pop()) {
    yield group;
    for (const { copyId, epoch } of group) {
      const entry = waiting.get(`${copyId} ${epoch + 1n}`);
      if (entry && --entry.left === 0) ready.push(entry.group);
    }
  }
}

async function cashByTransaction(sql: Sql, ids: string[]): Promise<Map<string, Map<string, bigint>>> {
  const rows = ids.length > 0 ? await cashOf(sql, ids) : [];
  return new Map(
    [...Map.groupBy(rows, (row) => row.transactionId)].map(([id, list]) => [
      id,
      new Map(list.map(({ accountId, amount }) => [accountId, amount])),
    ]),
  );
}

/** The middle of each traded card's last few prices before the trade. */
async function recentPrices(sql: Sql, moves: MoveRow[], before: Date): Promise<Map<string, bigint>> {
  const cardIds = [...new Set(moves.map((move) => move.cardId))];
  const found = await pricesBefore(sql, cardIds, before, RECENT_SALES);
  const byCard = new Map(found.map(({ cardId, prices }) => [cardId, median(prices.map(Number))!]));
  return new Map(
    moves.flatMap(({ copyId, cardId }) => {
      const price = byCard.get(cardId);
      return price === undefined ? [] : [[copyId, BigInt(Math.round(price))] as const];
    }),
  );
}

function acquisitionOf({ kind, transactionId }: MoveRow): Acquisition {
  const acquisition = ACQUISITIONS[kind];
  if (!acquisition) throw new Error(`transaction ${transactionId} moves copies as a ${kind}`);
  return acquisition;
}

function toLot(move: MoveRow, { cost }: Outcome): NewLot {
  const { copyId, epoch, cardId, serial, toId, fromId, transactionId, at } = move;
  const acquiredBy = acquisitionOf(move);
  return { copyId, epoch, cardId, serial, ownerId: toId, fromId, transactionId, acquiredBy, at, cost };
}

function toEnd(move: MoveRow, { proceeds, realised }: Outcome): LotEnd {
  const { copyId, epoch, at } = move;
  return { copyId, epoch: epoch - 1n, at, endedBy: acquisitionOf(move), proceeds, realised };
}
