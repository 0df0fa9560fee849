import { type entities, formatMoney, type Static } from '@ece/contract';
import { splitPrice } from '@ece/vault';
import type { BestOffer } from './api.ts';
import type { OfferRow } from './offer-store.ts';
import { distinct, type Hydration, known, presentQuote } from './present.ts';

type Offer = Static<typeof entities.Offer>;

/** Offers as the contract shows them, in their order; one call to each neighbour for all of them. */
export async function presentOffers({ nfts, users }: Hydration, rows: OfferRow[]): Promise<Offer[]> {
  if (rows.length === 0) return [];
  const [summaries, cards, sets, handles] = await Promise.all([
    nfts.summaries(distinct(rows.flatMap((row) => row.copyId ?? []))),
    nfts.cardFacts(distinct(rows.flatMap((row) => row.cardId ?? []))),
    nfts.setFacts(distinct(rows.map((row) => row.setId))),
    users.handles(distinct(rows.map((row) => row.buyerId))),
  ]);
  return rows.map((row) => {
    const { id, code, name } = known(sets, row.setId);
    return {
      id: row.id,
      scope: row.scope,
      copy: row.copyId ? known(summaries, row.copyId) : null,
      card: row.cardId ? known(cards, row.cardId) : null,
      set: { id, code, name },
      rarity: row.rarity as Offer['rarity'],
      category: row.category,
      serialFrom: row.serialFrom,
      serialTo: row.serialTo,
      buyerHandle: known(handles, row.buyerId),
      amount: formatMoney(row.amount),
      quote: presentQuote(row.amount, row.feeBasisPoints, row.royaltyBasisPoints),
      state: row.state,
      soldCopyId: row.soldCopyId,
      expiresAt: row.expiresAt.toISOString(),
      createdAt: row.createdAt.toISOString(),
      closedAt: row.closedAt?.toISOString() ?? null,
    };
  });
}

/** What others are told of an offer that is the best for something. */
export function toBestOffer(row: OfferRow): BestOffer {
  const { sellerReceives } = splitPrice(row.amount, row.feeBasisPoints, row.royaltyBasisPoints);
  return { offerId: row.id, scope: row.scope, amount: row.amount, sellerReceives, expiresAt: row.expiresAt };
}

/** The same as the contract shows it; null where there is none. */
export function presentBest(best: BestOffer | undefined): Static<typeof entities.BestOffer> | null {
  return best
    ? {
        ...best,
        amount: formatMoney(best.amount),
        sellerReceives: formatMoney(best.sellerReceives),
        expiresAt: best.expiresAt.toISOString(),
      }
    : null;
}
