import { shareOf } from '@ece/vault';

/** The terms that a trade's fees follow from; money in micro-USDC. */
interface FeeTerms {
  cashGive: bigint;
  cashReceive: bigint;
  feeBasisPoints: number;
}

/**
 * What each side pays to the exchange: a share of the cash that it gives, rounded down, on top of that cash.
 * The other side receives exactly what was agreed; copies cost no fee.
 */
export function tradeFees(terms: FeeTerms): { give: bigint; receive: bigint } {
  return {
    give: shareOf(terms.cashGive, terms.feeBasisPoints),
    receive: shareOf(terms.cashReceive, terms.feeBasisPoints),
  };
}

/** What is held from the sender while an offer is open: the cash and the fee on it. */
export function heldFor(terms: FeeTerms): bigint {
  return terms.cashGive + tradeFees(terms).give;
}
