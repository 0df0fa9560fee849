import { type entities, ok, operations, type Query, type Result, refuse, type Static } from '@ece/contract';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { MarketdataContext } from './api.ts';
import { planSeries, toWeeks } from './domain/series.ts';
import { cardFigures, marketFigures, setFigures } from './figures.ts';
import { readFloors, readSetFloors } from './floors.ts';
import { createMovers } from './movers.ts';
import {
  presentCardMarket,
  presentFloors,
  presentMover,
  presentPoints,
  presentSetMarket,
  presentTotals,
} from './present.ts';
import { databaseNow, readBuckets, readHolders } from './store.ts';

const DEFAULT_LIMIT = 50;
const DEFAULT_MOVERS = 20;
const DEFAULT_DAYS = 30;
/** Most hours or days that a series is made of: eleven years of days. */
const MOST_BUCKETS = 4_018;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const COUNT = /^[0-9]{1,15}$/;

/** Registers the routes of the market data. */
export function marketdataRoutes(app: FastifyInstance, context: MarketdataContext): void {
  const { nfts } = context;
  const { marketdata } = operations;
  const movers = createMovers(context);
  const isCard = async (id: string) => id in (await nfts.cardFacts([id]));
  const isSet = async (id: string) => id in (await nfts.setFacts([id]));

  route(app, marketdata.cardMarket, async ({ params }) => {
    const figures = (await cardFigures(context, [params.id]))[params.id];
    return figures ? ok(presentCardMarket(figures)) : refuse('not_found');
  });

  route(app, marketdata.cardMarkets, async ({ query }) => {
    const ids = [...new Set(query.ids.split(','))];
    const figures = await cardFigures(context, ids);
    return ok({ items: ids.flatMap((id) => (figures[id] ? [presentCardMarket(figures[id])] : [])) });
  });

  route(app, marketdata.setMarket, async ({ params }) => {
    const figures = await setFigures(context, params.id);
    return figures ? ok(presentSetMarket(figures)) : refuse('not_found');
  });

  route(app, marketdata.cardSeries, async ({ params, query }) =>
    (await isCard(params.id)) ? seriesWithFloors(context, params.id, query, readFloors) : refuse('not_found'),
  );

  route(app, marketdata.setSeries, async ({ params, query }) =>
    (await isSet(params.id))
      ? seriesWithFloors(context, params.id, query, readSetFloors)
      : refuse('not_found'),
  );

  route(app, marketdata.cardHolders, async ({ params, query }) =>
    (await isCard(params.id)) ? holders(context, params.id, query) : refuse('not_found'),
  );

  route(app, marketdata.setHolders, async ({ params, query }) =>
    (await isSet(params.id)) ? holders(context, params.id, query) : refuse('not_found'),
  );

  route(app, marketdata.movers, async ({ query }) => {
    const { window = '24h', direction = 'both', limit = DEFAULT_MOVERS } = query;
    return ok({ items: (await movers(window, direction, limit)).map(presentMover) });
  });

  route(app, marketdata.totals, async ({ query }) =>
    ok(presentTotals(await marketFigures(context, query.days ?? DEFAULT_DAYS))),
  );
}

type SeriesQuery = Query<(typeof operations)['marketdata']['cardSeries']>;

async function seriesWithFloors(
  context: MarketdataContext,
  subject: string,
  query: SeriesQuery,
  read: typeof readFloors,
) {
  const shown = await series(context, subject, query);
  if (!shown.ok) return shown;
  const { bucket, from } = shown.value;
  const floors = await read(context.db, subject, bucket, from ? new Date(from) : null, MOST_BUCKETS);
  return ok({ ...shown.value, floors: presentFloors(floors) });
}

async function series(
  { db }: MarketdataContext,
  subject: string,
  { range, bucket }: SeriesQuery,
): Promise<Result<Static<typeof entities.Series>>> {
  const now = await databaseNow(db);
  const plan = planSeries(now, range, bucket);
  if (!plan) return refuse('validation_failed', 'Hours go back 30 days at the most.');
  const width = plan.bucket === 'hour' ? 'hour' : 'day';
  const candles = await readBuckets(db, subject, width, plan.from, MOST_BUCKETS);
  return ok({
    bucket: plan.bucket,
    from: plan.from?.toISOString() ?? null,
    to: now.toISOString(),
    points: presentPoints(plan.bucket === 'week' ? toWeeks(candles) : candles),
  });
}

interface PageQuery {
  cursor?: string;
  limit?: number;
}

interface HolderPage {
  items: { handle: string; copies: number }[];
  nextCursor: string | null;
}

async function holders(
  { db, users }: MarketdataContext,
  subject: string,
  query: PageQuery,
): Promise<Result<HolderPage>> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const rows = await readHolders(db, subject, positionOf(query.cursor), limit + 1);
  const page = toPage(
    rows,
    limit,
    (row) => [row.copies.toString(), row.ownerId],
    (row) => row,
  );
  const handles = await users.handles(page.items.map((row) => row.ownerId));
  return ok({
    ...page,
    items: page.items.map(({ ownerId, copies }) => ({
      handle: handles[ownerId] ?? 'unknown',
      copies: Number(copies),
    })),
  });
}

/** A cursor that is not one of ours counts as the beginning of the list. */
function positionOf(cursor: string | undefined): { copies: string; ownerId: string } | undefined {
  const values = decodeCursor(cursor, 2);
  const [copies, ownerId] = [String(values?.[0]), String(values?.[1])];
  return COUNT.test(copies) && ID.test(ownerId) ? { copies, ownerId } : undefined;
}
