import { type entities, formatMoney, type Static } from '@ece/contract';
import type { BestOffer } from '@ece/market';
import type { CopySummary } from '@ece/nfts';
import type { Estimate, PortfolioContext } from './api.ts';
import type { GainRow, GroupTotals, HoldingRow, Totals } from './holdings-store.ts';

const BASIS = 10_000;

/** An amount that may be below 0 or not known. */
const moneyOr = (amount: bigint | null) => (amount === null ? null : formatMoney(amount));

/** An estimate as answers show it. */
export function presentEstimate({
  serialBasisPoints,
  ...estimate
}: Estimate): Static<typeof entities.Estimate> {
  const { value, low, high } = estimate;
  return {
    ...estimate,
    value: formatMoney(value),
    low: formatMoney(low),
    high: formatMoney(high),
    serialFactor: serialBasisPoints / BASIS,
  };
}

function estimateOf(row: HoldingRow): Estimate | null {
  const { copyId, value, low, high, confidence, method, sales, serialBasisPoints } = row;
  if (value === null) return null;
  return {
    ...{ copyId, value, sales, serialBasisPoints },
    low: low!,
    high: high!,
    confidence: confidence!,
    method: method!,
  };
}

/** What somebody holds as answers show it, in its order. */
export async function presentHoldings({ nfts, market }: PortfolioContext, rows: HoldingRow[]) {
  const copyIds = rows.map((row) => row.copyId);
  const [summaries, offers] = await Promise.all([nfts.summaries(copyIds), market.bestOffers(copyIds)]);
  return rows.map((row) => {
    const estimate = estimateOf(row);
    return {
      copy: known(summaries, row.copyId),
      acquiredAt: row.heldFrom.toISOString(),
      acquiredBy: row.acquiredBy,
      cost: moneyOr(row.cost),
      estimate: estimate && presentEstimate(estimate),
      gain: moneyOr(row.gain),
      bestOffer: presentOffer(offers[row.copyId]),
    };
  });
}

/** The best offer for something as answers show it; null where there is none. */
export function presentOffer(offer: BestOffer | undefined): Static<typeof entities.BestOffer> | null {
  if (!offer) return null;
  const { amount, sellerReceives, expiresAt } = offer;
  return {
    ...offer,
    amount: formatMoney(amount),
    sellerReceives: formatMoney(sellerReceives),
    expiresAt: expiresAt.toISOString(),
  };
}

/** What somebody sold or traded away as answers show it, in its order. */
export async function presentGains({ nfts }: PortfolioContext, rows: GainRow[]) {
  const summaries = await nfts.summaries([...new Set(rows.map((row) => row.copyId))]);
  return rows.map((row) => ({
    copy: known(summaries, row.copyId),
    acquiredAt: row.heldFrom.toISOString(),
    acquiredBy: row.acquiredBy,
    cost: moneyOr(row.cost),
    endedAt: row.heldTo.toISOString(),
    endedBy: row.endedBy,
    proceeds: formatMoney(row.proceeds),
    gain: moneyOr(row.realised),
  }));
}

export const presentTotals = ({ copies, value, cost }: Totals) => ({
  copies,
  value: formatMoney(value),
  cost: formatMoney(cost),
});

/** Sets that the allocation shows. */
const MOST_SETS = 100;

/** The sums over everything as answers show them, and how they are spread over sets and rarities. */
export async function presentTotalsOf(context: PortfolioContext, groups: GroupTotals[], realised: bigint) {
  const all = sum(groups);
  const bySet = by(groups, (group) => group.setId).slice(0, MOST_SETS);
  const sets = await context.nfts.setFacts(bySet.map(([setId]) => setId));
  return {
    ...presentTotals(all),
    unrealised: formatMoney(groups.reduce((total, group) => total + group.unrealised, 0n)),
    realised: formatMoney(realised),
    unknownCost: groups.reduce((total, group) => total + group.unknownCost, 0),
    unvalued: groups.reduce((total, group) => total + group.unvalued, 0),
    bySet: bySet.map(([setId, totals]) => {
      const { code, name } = known(sets, setId);
      return { setId, setCode: code, setName: name, ...presentTotals(totals) };
    }),
    byRarity: by(groups, (group) => group.rarity).map(([rarity, totals]) => ({
      rarity: rarity as CopySummary['rarity'],
      ...presentTotals(totals),
    })),
  };
}

export function sum(groups: Totals[]): Totals {
  return groups.reduce(
    (total, { copies, value, cost }) => ({
      copies: total.copies + copies,
      value: total.value + value,
      cost: total.cost + cost,
    }),
    { copies: 0, value: 0n, cost: 0n },
  );
}

/** The sums by a key, the most valuable first. */
function by(groups: GroupTotals[], keyOf: (group: GroupTotals) => string): [string, Totals][] {
  return [...Map.groupBy(groups, keyOf)]
    .map(([key, list]): [string, Totals] => [key, sum(list)])
    .sort(([a, { value: x }], [b, { value: y }]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
}

/**
 * The entry of an id that a row of ours names.
 * @throws when there is none, which is a bug
 */
export function known<T>(entries: Record<string, T>, id: string): T {
  const entry = entries[id];
  if (entry === undefined) throw new Error(`nothing is known of ${id}`);
  return entry;
}
