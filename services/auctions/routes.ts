import { type Body, ok, operations, parseMoney, type Query, type Result, refuse } from '@ece/contract';
import { once } from '@ece/platform/db/idempotency';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import { noteRush } from '@ece/platform/jobs/rush';
import { countSales, type SaleRow } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import type { AuctionsContext } from './api.ts';
import { Batcher } from './batch.ts';
import type { BiddingThread } from './bidding-thread.ts';
import type { BidAnswer, BidRequest } from './bids.ts';
import { buyNow, cancelAuction, createAuction } from './commands.ts';
import type { RequestedTerms } from './domain/terms.ts';
import {
  type AuctionFilter,
  type AuctionRow,
  listAuctions,
  listBids,
  readAuction,
  readAuctionView,
} from './store.ts';
import { type Auction, presentAuctions, presentBids } from './views.ts';

const calls = operations.auctions;

/** Transactions of bids at once in this process, each with a connection. */
export const LANES = 3;

/**
 * How bids wait and are gathered in this process. A crowd's bids are taken in parts, so that calls are answered and
 * arrive while the database works on the others.
 */
const LIMITS = { bids: 128, gather: 64, waiting: 1000, total: 10_000, lanes: LANES };

/** Bids in one transaction from which on this is a rush. */
const RUSH = 16;

/** Seconds after which a bid that found the queue full may be sent again. */
const RETRY_AFTER = '1';

/**
 * Registers the routes of auctions.
 * @param thread where bids are placed; it is started as soon as somebody looks at an auction
 * @param onBids called when bids have been committed
 */
export function auctionRoutes(
  app: FastifyInstance,
  context: AuctionsContext,
  thread: BiddingThread,
  onBids: () => void,
): void {
  const { db, users, metrics, hint } = context;
  const bids = metrics.counter('ece_bids_total', 'Bids by result', ['result'] as const);
  const batcher = new Batcher<BidRequest, BidAnswer>(async (batches) => {
    const bidders = batches.flatMap(({ requests }) => requests.map(({ call }) => call.accountId));
    if (bidders.length >= RUSH) noteRush();
    const results = await thread.place(batches, await users.handles([...new Set(bidders)]));
    hint();
    onBids();
    return results;
  }, LIMITS);
  metrics.gauge('ece_bids_waiting', 'Bids that wait for their transaction', [], (gauge) =>
    gauge.set(batcher.waiting),
  );

  const present = async (id: string, viewerId: string | undefined): Promise<Auction> => {
    const row = await readAuctionView(db, id, viewerId);
    const [auction] = await presentAuctions(context, row ? [row] : []);
    if (!auction) throw new Error(`auction ${id} is gone`);
    return auction;
  };

  route(app, calls.list, async ({ query, principal }) => {
    const filter = await toFilter(context, query, principal?.accountId);
    if (!filter) return ok({ items: [], nextCursor: null });
    const limit = query.limit ?? 50;
    const rows = await listAuctions(db, filter, limit + 1);
    const position = (row: AuctionRow) =>
      query.state === 'open' ? [row.ends_at.toISOString(), row.id] : [row.id];
    const page = toPage(rows, limit, position, (row) => row);
    return ok({
      items: await presentAuctions(context, page.items),
      nextCursor: page.nextCursor,
    });
  });

  route(app, calls.get, async ({ params, principal }) => {
    const row = await readAuctionView(db, params.id, principal?.accountId);
    if (!row) return refuse('not_found');
    if (row.state === 'open') thread.start();
    const [auction] = await presentAuctions(context, [row]);
    return ok(auction!);
  });

  route(app, calls.create, async ({ body, principal, key }) => {
    const { nfts } = context;
    const [royalties, setIds] = await Promise.all([
      nfts.royalties(body.copyIds),
      nfts.setsOfCopies(body.copyIds),
    ]);
    const result = await once(
      db,
      key,
      (tx) =>
        createAuction(tx, context, principal.accountId, body.copyIds, toTerms(body), { royalties, setIds }),
      (effect) => present(effect.auctionId, principal.accountId),
    );
    hint();
    return result;
  });

  route(app, calls.cancel, async ({ params, principal }) => {
    const result = await cancelAuction(db, params.id, principal.accountId);
    hint();
    return result.ok ? ok(await present(params.id, principal.accountId)) : result;
  });

  route(app, calls.bid, async ({ params, body, key, reply }): Promise<Result<BidAnswer>> => {
    const maximum = parseMoney(body.maximum);
    const result = await batcher.submit(params.id, { call: key, maximum });
    bids.inc({ result: result.ok ? 'accepted' : result.error.code });
    if (!result.ok && result.error.code === 'overloaded') reply.header('retry-after', RETRY_AFTER);
    return result;
  });

  route(app, calls.bids, async ({ params, query, principal }) => {
    const auction = await readAuction(db, params.id);
    if (!auction) return refuse('not_found');
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await listBids(db, auction.id, typeof before === 'number' ? before : undefined, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.number],
      (row) => row,
    );
    return ok({
      items: await presentBids(users, auction, page.items, principal?.accountId),
      nextCursor: page.nextCursor,
    });
  });

  route(app, calls.purchase, async ({ params, body, principal, key }) => {
    const row = await readAuction(db, params.id);
    if (!row) return refuse('not_found');
    const parties = { buyerId: principal.accountId, sellerId: row.seller_id };
    const handles = await users.handles([row.seller_id, principal.accountId]);
    let sales: SaleRow[] = [];
    const result = await once(
      db,
      key,
      async (tx) => {
        const bought = await buyNow(tx, params.id, parties, parseMoney(body.price), handles);
        sales = bought.ok ? bought.value : [];
        return bought.ok ? ok({ auctionId: params.id }) : bought;
      },
      () => present(params.id, principal.accountId),
    );
    if (result.ok) countSales(metrics, sales);
    hint();
    return result;
  });
}

function toTerms(body: Body<typeof calls.create>): RequestedTerms {
  const money = (text: string | undefined) => (text === undefined ? null : parseMoney(text));
  return {
    startingPrice: parseMoney(body.startingPrice),
    reservePrice: money(body.reservePrice),
    buyNowPrice: money(body.buyNowPrice),
    startsAt: body.startsAt === undefined ? undefined : Date.parse(body.startsAt),
    endsAt: Date.parse(body.endsAt),
    softClose: body.softClose,
  };
}

async function toFilter(
  { users }: AuctionsContext,
  query: Query<typeof calls.list>,
  viewerId: string | undefined,
): Promise<AuctionFilter | undefined> {
  const filter: AuctionFilter = { state: query.state, cardId: query.cardId, viewerId };
  if (query.sellerHandle !== undefined) {
    const seller = await users.byHandle(query.sellerHandle);
    if (!seller) return undefined;
    filter.sellerId = seller.id;
  }
  if (query.bidding) {
    if (!viewerId) return undefined;
    filter.bidderId = viewerId;
  }
  if (query.state === 'open') {
    const [endsAt, id] = decodeCursor(query.cursor, 2) ?? [];
    if (endsAt && id) filter.after = { endsAt: new Date(endsAt), id: String(id) };
  } else {
    const [id] = decodeCursor(query.cursor, 1) ?? [];
    if (id) filter.before = String(id);
  }
  return filter;
}
