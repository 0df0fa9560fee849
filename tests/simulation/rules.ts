import { offerExpiry } from '@ece/contract';
import { splitLot, splitPrice } from '@ece/vault';
import {
  applyBids,
  minimumNext,
  reserveStatus,
  resultAtClose,
} from '../../services/auctions/domain/bidding.ts';
import { DEFAULT_INCREMENTS } from '../../services/auctions/domain/increments.ts';
import { completeTerms } from '../../services/auctions/domain/terms.ts';
import { cancel, checkPrice, isBound, purchase } from '../../services/market/domain/listing.ts';
import { accept, checkSellable, decline, withdraw } from '../../services/market/domain/offer.ts';
import { scopeOf, takes } from '../../services/market/domain/target.ts';
import { decide } from '../../services/trades/domain/offer.ts';
import { checkReady, checkTerms, checkWanted, staleCopies } from '../../services/trades/domain/terms.ts';
import { heldFor, tradeFees } from '../../services/trades/fees.ts';

/** The rules of the exchange, as its services call them. A planted bug puts another function in a place. */
export const realRules = {
  increments: DEFAULT_INCREMENTS,
  applyBids,
  minimumNext,
  reserveStatus,
  resultAtClose,
  completeTerms,
  splitLot,
  splitPrice,
  checkPrice,
  purchase,
  cancel,
  isBound,
  acceptOffer: accept,
  declineOffer: decline,
  withdrawOffer: withdraw,
  checkSellable,
  offerExpiry,
  scopeOf,
  takes,
  decideTrade: decide,
  checkTerms,
  checkWanted,
  checkReady,
  staleCopies,
  tradeFees,
  heldFor,
};

export type Rules = typeof realRules;

/** The exchange's fee, and the royalty of every set, in basis points. */
export const FEE = 250;
export const ROYALTY = 500;
/** The shortest auction in milliseconds. */
export const SHORTEST = 5_000;
