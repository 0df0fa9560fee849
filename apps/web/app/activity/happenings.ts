import type { Ece } from '@ece/sdk/browser';
import type { Auction, CopySummary, Listing, Sale } from '../../data/types.ts';
import type { ListPage } from '../../parts/more.tsx';
import type { View } from './views.ts';

/** Something that has happened on the exchange. */
export interface Happening {
  id: string;
  kind: 'sale' | 'listing' | 'auction';
  at: string;
  copy: CopySummary;
  /** Copies besides it, in a lot. */
  more: number;
  price: string;
  from: string;
  /** Who bought it. */
  to: string | undefined;
  /** Where it is looked at. */
  path: string;
  /** How it was sold. */
  venue: Sale['venue'] | undefined;
}

/** What lists of several kinds show at the most; each kind by itself goes on. */
export const MOST = 60;

const ofSale = (sale: Sale): Happening => ({
  ...{ id: sale.id, kind: 'sale', at: sale.at, copy: sale.copy, more: 0, price: sale.price },
  ...{ from: sale.sellerHandle, to: sale.buyerHandle, path: `/copies/${sale.copy.id}`, venue: sale.venue },
});

const ofListing = ({ id, createdAt, copy, price, sellerHandle }: Listing): Happening => ({
  ...{ id, kind: 'listing', at: createdAt, copy, more: 0, price },
  ...{ from: sellerHandle, to: undefined, path: `/copies/${copy.id}`, venue: undefined },
});

const ofAuction = ({ id, startsAt, lot, startingPrice, sellerHandle }: Auction): Happening => ({
  ...{ id, kind: 'auction', at: startsAt, copy: lot[0]!, more: lot.length - 1, price: startingPrice },
  ...{ from: sellerHandle, to: undefined, path: `/auctions/${id}`, venue: undefined },
});

/** Lists in one, newest first, each thing once. */
export function merged(lists: Happening[][]): Happening[] {
  const all = new Map(lists.flat().map((each) => [each.id, each]));
  return [...all.values()].toSorted((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
}

/**
 * A page of what has happened, newest first.
 * @param me whose, for the view `mine`
 * @param cursor of a view of one kind; those of several kinds have one page
 */
export async function happenings(
  ece: Pick<Ece, 'market' | 'auctions'>,
  view: View,
  { me, cursor, limit = 30 }: { me?: string; cursor?: string; limit?: number } = {},
): Promise<ListPage<Happening>> {
  const page = { limit, ...(cursor && { cursor }) };
  if (view === 'sales') return shown(await ece.market.listSales(page), ofSale);
  if (view === 'listings')
    return shown(await ece.market.listListings({ ...page, sort: 'newest' }), ofListing);
  if (view === 'auctions') return shown(await ece.auctions.list(page), ofAuction);
  const whose = view === 'mine' && me ? { sellerHandle: me } : {};
  const [sales, bought, listings, auctions] = await Promise.all([
    ece.market.listSales({ ...whose, limit }),
    view === 'mine' && me ? ece.market.listSales({ buyerHandle: me, limit }) : { items: [] },
    ece.market.listListings({ ...whose, sort: 'newest', limit }),
    ece.auctions.list({ ...whose, limit }),
  ]);
  const items = merged([
    [...sales.items, ...bought.items].map(ofSale),
    listings.items.map(ofListing),
    auctions.items.map(ofAuction),
  ]);
  // What has not started yet has not happened.
  const now = new Date().toISOString();
  return { items: items.filter(({ at }) => at <= now).slice(0, MOST), nextCursor: null };
}

function shown<T>(page: ListPage<T>, of: (item: T) => Happening): ListPage<Happening> {
  return { items: page.items.map(of), nextCursor: page.nextCursor };
}
