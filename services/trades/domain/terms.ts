import { formatMoney, MAX_AMOUNT, ok, type Result, refuse } from '@ece/contract';

/** What one side gives: copies by id, cash in micro-USDC. */
export interface Goods {
  copyIds: readonly string[];
  cash: bigint;
}

/** What a trade consists of, from the sender's side. */
export interface Terms {
  give: Goods;
  receive: Goods;
}

/**
 * Whether a trade makes sense: both sides give something, and it is about copies. Cash for cash alone is a
 * payment between people, which the exchange does not offer.
 * @returns `trade_empty` or `amount_too_large`
 */
export function checkTerms({ give, receive }: Terms): Result<void> {
  const empty = (goods: Goods) => goods.copyIds.length === 0 && goods.cash === 0n;
  if (empty(give) || empty(receive)) return refuse('trade_empty');
  if (give.copyIds.length + receive.copyIds.length === 0) {
    return refuse('trade_empty', 'At least one copy must be part of a trade.');
  }
  if (give.cash > MAX_AMOUNT || receive.cash > MAX_AMOUNT) {
    return refuse('amount_too_large', 'Cash is a billion USDC at the most.', {
      maximum: formatMoney(MAX_AMOUNT),
    });
  }
  return ok(undefined);
}

/** A copy as an offer names it. */
export interface OfferedCopy {
  copyId: string;
  side: 'give' | 'receive';
  epoch: bigint;
}

/** A copy as it is now. */
export interface PresentCopy {
  id: string;
  ownerId: string;
  epoch: bigint;
  commitment: { id: string } | null;
}

/**
 * Whether the copies asked for are the other side's now, so that an offer for them can be made.
 * @returns `not_found`, `copy_away` when it is in an outside wallet, `copy_not_owned`
 */
export function checkWanted(
  copyIds: readonly string[],
  copies: ReadonlyMap<string, PresentCopy>,
  toId: string,
  outsideId: string,
): Result<void> {
  for (const copyId of copyIds) {
    const copy = copies.get(copyId);
    if (!copy) return refuse('not_found', 'There is no such copy.', { copyId });
    if (copy.ownerId === outsideId) return refuse('copy_away', undefined, { copyId });
    if (copy.ownerId !== toId) {
      return refuse('copy_not_owned', 'This copy is not theirs.', { copyId });
    }
  }
  return ok(undefined);
}

/** The ids of copies that have changed hands since they were offered or asked for. */
export function staleCopies(
  offered: readonly OfferedCopy[],
  copies: ReadonlyMap<string, PresentCopy>,
): string[] {
  return offered.filter((o) => copies.get(o.copyId)?.epoch !== o.epoch).map((o) => o.copyId);
}

/**
 * Whether everything that an offer names can move now: each copy in the epoch of the offer, those given
 * bound to the offer, those asked for free.
 * @returns `copy_stale` when one has changed hands, `copy_committed` when one asked for is bound elsewhere
 */
export function checkReady(
  offerId: string,
  offered: readonly OfferedCopy[],
  copies: ReadonlyMap<string, PresentCopy>,
): Result<void> {
  const [stale] = staleCopies(offered, copies);
  if (stale) return refuse('copy_stale', undefined, { copyId: stale });
  for (const { copyId, side } of offered) {
    const bound = copies.get(copyId)?.commitment?.id ?? null;
    if (bound !== (side === 'give' ? offerId : null)) return refuse('copy_committed', undefined, { copyId });
  }
  return ok(undefined);
}
