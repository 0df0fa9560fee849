import { ok, operations, parseMoney, type Result, refuse } from '@ece/contract';
import { type CursorValues, decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import { listSales } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import type { MarketContext } from './api.ts';
import { cancelListing, createListing, purchaseListing } from './deals.ts';
import { checkPrice } from './domain/listing.ts';
import { presentListings, presentQuote, presentSales } from './present.ts';
import { cheapestListings, type ListingRow, newestListings, readListing } from './store.ts';

const DEFAULT_LIMIT = 50;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The end of the year 9999: what comes after it is not written as a plain ISO 8601 time. */
const LATEST = Date.UTC(10_000, 0);
const AMOUNT = /^[0-9]{1,18}$/;

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

  route(app, market.listSales, async ({ query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = salePosition(decodeCursor(query.cursor, 2));
    const rows = await listSales(
      db,
      { ...(query.cardId && { cardId: query.cardId }), ...(before && { before }) },
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
    ? await cheapestListings(db, filter, pricePosition(decodeCursor(query.cursor, 2)), limit + 1)
    : await newestListings(db, filter, idPosition(decodeCursor(query.cursor, 1)), limit + 1);
  const position = (row: ListingRow): CursorValues => (cheapest ? [row.price.toString(), row.id] : [row.id]);
  const page = toPage(rows, limit, position, (row) => row);
  return ok({ ...page, items: await presentListings(context, page.items) });
}

// A cursor that is not one of ours counts as the beginning of the list.

function idPosition(values: CursorValues | undefined): string | undefined {
  const id = String(values?.[0]);
  return ID.test(id) ? id : undefined;
}

function pricePosition(values: CursorValues | undefined): { price: string; id: string } | undefined {
  const [price, id] = [String(values?.[0]), String(values?.[1])];
  return AMOUNT.test(price) && ID.test(id) ? { price, id } : undefined;
}

function salePosition(values: CursorValues | undefined): { at: Date; id: string } | undefined {
  const [at, id] = [Number(values?.[0]), String(values?.[1])];
  return at >= 0 && at < LATEST && ID.test(id) ? { at: new Date(at), id } : undefined;
}
