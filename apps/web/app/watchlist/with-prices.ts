import type { Ece } from '@ece/sdk/browser';
import type { Watch } from '../../data/types.ts';
import type { ListPage } from '../../parts/more.tsx';

/** Something watched, with what the market says of it. Amounts are decimal strings of USDC. */
export interface PricedWatch extends Watch {
  /** Of a card: the cheapest listing, the last sale, and how its price has changed in 7 days. */
  floor?: string | null;
  lastSale?: string | null;
  change?: number | null;
  /** Of a copy: what it is probably worth. */
  estimate?: string;
  /** Of an auction. */
  auction?: { price: string; endsAt: string; isOpen: boolean };
}

/** Adds to things that are watched what the market says of them: one call for all cards and one for all copies. */
export async function withPrices(
  ece: Pick<Ece, 'marketdata' | 'portfolio' | 'auctions'>,
  { items, nextCursor }: ListPage<Watch>,
): Promise<ListPage<PricedWatch>> {
  const ids = (pick: (watch: Watch) => string | null) => items.flatMap((watch) => pick(watch) ?? []);
  const cards = ids(({ kind, cardId }) => (kind === 'card' ? cardId : null));
  const copies = ids(({ kind, copyId }) => (kind === 'copy' ? copyId : null));
  const auctions = ids(({ kind, auctionId }) => (kind === 'auction' ? auctionId : null));
  const [markets, estimates, lots] = await Promise.all([
    cards.length > 0 ? ece.marketdata.cardMarkets({ ids: cards.join(',') }) : { items: [] },
    copies.length > 0 ? ece.portfolio.estimates({ copyIds: copies.join(',') }) : { items: [] },
    Promise.all(auctions.map((id) => ece.auctions.get({ id }))),
  ]);
  const marketOf = new Map(markets.items.map((market) => [market.cardId, market]));
  const estimateOf = new Map(estimates.items.map((estimate) => [estimate.copyId, estimate]));
  const lotOf = new Map(lots.map((lot) => [lot.id, lot]));
  const price = (watch: Watch): PricedWatch => {
    const market = watch.kind === 'card' && watch.cardId ? marketOf.get(watch.cardId) : undefined;
    const estimate = watch.kind === 'copy' && watch.copyId ? estimateOf.get(watch.copyId) : undefined;
    const lot = watch.auctionId ? lotOf.get(watch.auctionId) : undefined;
    return {
      ...watch,
      ...(market && {
        floor: market.floor,
        lastSale: market.lastSale?.price ?? null,
        change: market.windows['7d'].change?.percent ?? null,
      }),
      ...(estimate && { estimate: estimate.value }),
      ...(lot && {
        auction: {
          price: lot.price ?? lot.startingPrice,
          endsAt: lot.endsAt,
          isOpen: lot.state === 'open',
        },
      }),
    };
  };
  return { items: items.map(price), nextCursor };
}
