import { ok, operations, parseMoney, type Query, type Result, refuse } from '@ece/contract';
import { type CursorValues, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import { listSales } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import type { MarketContext } from './api.ts';
import { cancelListings, createListings, repriceListings } from './bulk.ts';
import { purchaseListings } from './bulk-purchase.ts';
import { cancelListing, createListing, purchaseListing, repriceListing } from './deals.ts';
import { checkPrice } from './domain/listing.ts';
import { offerRoutes } from './offer-routes.ts';
import { amountPosition, idPosition, salePosition } from './positions.ts';
import { presentListings, presentQuote, presentSales } from './present.ts';
import { quoteMany } from './quotes.ts';
import { cheapestListings, type ListingRow, newestListings, readListing } from './store.ts';

const DEFAULT_LIMIT = 50;

/** Registers the routes of the market. */
export function marketRoutes(app: FastifyInstance, context: MarketContext): void {
  const { db, nfts, feeBasisPoints } = context;
  const { market } = operations;

  route(app, market.quote, async ({ query }) => {
    const price = parseMoney(query.price);
    const [summaries, royalties] = await Promise.all([
      nfts.summaries([query.copyId]),
      nfts.royalties([query.copyId]),
    ]);
    if (!summaries[query.copyId]) return refuse('not_found', 'There is no such copy.');
    const priced = checkPrice(price);
    if (!priced.ok) return priced;
    return ok(presentQuote(price, feeBasisPoints, royalties[0]?.basisPoints ?? 0));
  });

  route(app, market.listListings, ({ query }) => listListings(context, query));

  route(app, market.getListing, async ({ params }) => {
    const row = await readListing(db, params.id);
    if (!row) return refuse('not_found');
    const [listing] = await presentListings(context, [row]);
    return ok(listing!);
  });

  route(app, market.createListing, ({ key, body }) =>
    createListing(context, key, { copyId: body.copyId, price: parseMoney(body.price) }),
  );

  route(app, market.cancelListing, ({ principal, params }) =>
    cancelListing(context, principal.accountId, params.id),
  );

  route(app, market.purchase, ({ key, params, body }) =>
    purchaseListing(context, key, params.id, parseMoney(body.price)),
  );

  bulkRoutes(app, context);
  offerRoutes(app, context);

  route(app, market.listSales, async ({ query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = salePosition(query.cursor);
    const parties = await partiesOf(context, query);
    if (!parties) return ok({ items: [], nextCursor: null });
    const { cardId } = query;
    const rows = await listSales(
      db,
      { ...parties, ...(cardId && { cardId }), ...(before && { before }) },
      limit + 1,
    );
    const page = toPage(
      rows,
      limit,
      (row) => [row.at.getTime(), row.id],
      (row) => row,
    );
    return ok({ ...page, items: await presentSales(context, page.items) });
  });
}

/** The buyer and the seller of whom sales are asked for; undefined where there is no such person. */
async function partiesOf(
  { users }: MarketContext,
  { buyerHandle, sellerHandle }: Query<(typeof operations)['market']['listSales']>,
): Promise<{ buyerId?: string; sellerId?: string } | undefined> {
  const [buyer, seller] = await Promise.all([
    buyerHandle === undefined ? undefined : users.byHandle(buyerHandle),
    sellerHandle === undefined ? undefined : users.byHandle(sellerHandle),
  ]);
  if ((buyerHandle && !buyer) || (sellerHandle && !seller)) return undefined;
  return { ...(buyer && { buyerId: buyer.id }), ...(seller && { sellerId: seller.id }) };
}

function bulkRoutes(app: FastifyInstance, context: MarketContext): void {
  const { market } = operations;
  const priced = <T extends { price: string }>(items: T[]) =>
    items.map(({ price, ...item }) => ({ ...item, price: parseMoney(price) }));

  route(app, market.quotes, async ({ query }) =>
    quoteMany(context, query.copyIds.split(','), query.prices.split(',')),
  );

  route(app, market.repriceListing, ({ principal, params, body }) =>
    repriceListing(context, principal.accountId, params.id, parseMoney(body.price)),
  );

  route(app, market.createListings, ({ key, body }) => createListings(context, key, priced(body.items)));

  route(app, market.repriceListings, ({ principal, body }) =>
    repriceListings(context, principal.accountId, priced(body.items)),
  );

  route(app, market.cancelListings, ({ key, body }) => cancelListings(context, key, body.listingIds));

  route(app, market.purchaseListings, ({ key, body }) =>
    purchaseListings(context, key, body.mode, priced(body.items)),
  );
}

interface ListingQuery {
  cardId?: string;
  sellerHandle?: string;
  sort?: 'newest' | 'cheapest';
  cursor?: string;
  limit?: number;
}

type ListingPage = { items: Awaited<ReturnType<typeof presentListings>>; nextCursor: string | null };

async function listListings(context: MarketContext, query: ListingQuery): Promise<Result<ListingPage>> {
  const { db, users } = context;
  const seller = query.sellerHandle ? await users.byHandle(query.sellerHandle) : undefined;
  if (query.sellerHandle && !seller) return ok({ items: [], nextCursor: null });
  const filter = {
    ...(query.cardId && { cardId: query.cardId }),
    ...(seller && { sellerId: seller.id }),
  };
  const limit = query.limit ?? DEFAULT_LIMIT;
  const cheapest = query.sort === 'cheapest';
  const rows = cheapest
    ? await cheapestListings(db, filter, amountPosition(query.cursor), limit + 1)
    : await newestListings(db, filter, idPosition(query.cursor), limit + 1);
  const position = (row: ListingRow): CursorValues => (cheapest ? [row.price.toString(), row.id] : [row.id]);
  const page = toPage(rows, limit, position, (row) => row);
  return ok({ ...page, items: await presentListings(context, page.items) });
}
