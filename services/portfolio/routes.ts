import { type Answer, ok, operations, type Result, refuse } from '@ece/contract';
import { toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { PortfolioContext } from './api.ts';
import { completionOf, completionsOf } from './completion.ts';
import { explain } from './explain.ts';
import { exportTable } from './export.ts';
import { historyOf } from './history.ts';
import {
  estimatesOf,
  type HoldingSort,
  listGains,
  listHoldings,
  realisedOf,
  totalsOf,
} from './holdings-store.ts';
import { afterHolding, afterId, afterNumber, beforeGain } from './positions.ts';
import { presentEstimate, presentGains, presentHoldings, presentTotalsOf } from './present.ts';

const DEFAULT_LIMIT = 50;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const calls = operations.portfolio;

/** Registers the routes of portfolios, estimates and completions. */
export function portfolioRoutes(app: FastifyInstance, context: PortfolioContext): void {
  const { db } = context;

  route(app, calls.get, ({ principal, query }) => showPortfolio(context, principal.accountId, query));

  route(app, calls.history, async ({ principal, query }) =>
    ok(await historyOf(db, principal.accountId, query.range ?? '30d')),
  );

  route(app, calls.gains, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await listGains(db, principal.accountId, beforeGain(query.cursor), limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.heldTo.getTime(), row.copyId, row.epoch.toString()],
      (row) => row,
    );
    return ok({ items: await presentGains(context, page.items), nextCursor: page.nextCursor });
  });

  route(app, calls.export, async ({ principal, query, reply }) => {
    const kind = query.kind ?? 'holdings';
    reply.header('content-disposition', `attachment; filename="${kind}.csv"`);
    return ok(exportTable(context, principal.accountId, kind));
  });

  route(app, calls.completion, ({ principal, params, query }) =>
    completionOf(context, principal.accountId, params.id, {
      after: afterNumber(query.cursor),
      limit: query.limit ?? DEFAULT_LIMIT,
    }),
  );

  route(app, calls.completions, async ({ query }) =>
    ok(
      await completionsOf(context, query.handle, {
        after: afterId(query.cursor),
        limit: query.limit ?? DEFAULT_LIMIT,
      }),
    ),
  );

  route(app, calls.estimate, ({ params }) => explain(context, params.id));

  route(app, calls.estimates, async ({ query }) => {
    const copyIds = [...new Set(query.copyIds.split(','))];
    if (!copyIds.every((id) => ID.test(id))) return refuse('validation_failed', 'copyIds are ids.');
    return ok({ items: (await estimatesOf(db, copyIds)).map(presentEstimate) });
  });
}

interface PortfolioQuery {
  sort?: HoldingSort;
  setId?: string;
  cursor?: string;
  limit?: number;
}

async function showPortfolio(
  context: PortfolioContext,
  accountId: string,
  query: PortfolioQuery,
): Promise<Result<Answer<typeof calls.get>>> {
  const { db } = context;
  const limit = query.limit ?? DEFAULT_LIMIT;
  const sort = query.sort ?? 'value';
  const after = afterHolding(query.cursor);
  const [rows, groups, realised] = await Promise.all([
    listHoldings(db, accountId, {
      sort,
      limit: limit + 1,
      ...(query.setId && { setId: query.setId }),
      ...(after && { after }),
    }),
    totalsOf(db, accountId),
    realisedOf(db, accountId),
  ]);
  const page = toPage(
    rows,
    limit,
    (row) => [row.key.toString(), row.copyId],
    (row) => row,
  );
  const [totals, holdings] = await Promise.all([
    presentTotalsOf(context, groups, realised),
    presentHoldings(context, page.items),
  ]);
  return ok({ ...totals, holdings, nextCursor: page.nextCursor });
}
