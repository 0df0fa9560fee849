import { ok, operations, parseMoney, refuse } from '@ece/contract';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { TradesContext } from './api.ts';
import { isSide } from './domain/offer.ts';
import { acceptOffer, declineOffer, withdrawOffer } from './ending.ts';
import { counterOffer, createOffer, type Proposal } from './making.ts';
import { presentOffers } from './present.ts';
import { listOffers, type OfferFilter, readOffer, readThread } from './store.ts';

const DEFAULT_LIMIT = 50;
/** Offers of a negotiation that are shown. */
const LONGEST_THREAD = 100;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Registers the routes of the trades. */
export function tradeRoutes(app: FastifyInstance, context: TradesContext): void {
  const { db } = context;
  const { trades } = operations;

  route(app, trades.create, ({ key, body }) => createOffer(context, key, body.toHandle, toProposal(body)));

  route(app, trades.list, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = String(decodeCursor(query.cursor, 1)?.[0]);
    const filter: OfferFilter = {
      ...(query.direction && { direction: query.direction }),
      ...(query.state && { state: query.state }),
      ...(ID.test(before) && { before }),
    };
    const rows = await listOffers(db, principal.accountId, filter, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ ...page, items: await presentOffers(context, page.items) });
  });

  route(app, trades.get, async ({ principal, params }) => {
    const row = await readOffer(db, params.id);
    if (!row || !isSide(row, principal.accountId)) return refuse('not_found');
    const [offer] = await presentOffers(context, [row]);
    return ok(offer!);
  });

  route(app, trades.thread, async ({ principal, params }) => {
    const row = await readOffer(db, params.id);
    if (!row || !isSide(row, principal.accountId)) return refuse('not_found');
    const rows = await readThread(db, row.id, LONGEST_THREAD);
    return ok({ items: await presentOffers(context, rows.slice(-LONGEST_THREAD)) });
  });

  route(app, trades.accept, ({ key, params }) => acceptOffer(context, key, params.id));

  route(app, trades.decline, ({ key, params }) => declineOffer(context, key, params.id));

  route(app, trades.counter, ({ key, params, body }) =>
    counterOffer(context, key, params.id, toProposal(body)),
  );

  route(app, trades.withdraw, ({ principal, params }) =>
    withdrawOffer(context, principal.accountId, params.id),
  );
}

interface GoodsBody {
  copyIds: string[];
  cash?: string;
}

interface ProposalBody {
  give: GoodsBody;
  receive: GoodsBody;
  message?: string;
  expiresAt?: string;
}

function toProposal(body: ProposalBody): Proposal {
  const goods = ({ copyIds, cash }: GoodsBody) => ({ copyIds, cash: parseMoney(cash ?? '0') });
  return {
    give: goods(body.give),
    receive: goods(body.receive),
    message: body.message ?? '',
    ...(body.expiresAt && { expiresAt: new Date(body.expiresAt) }),
  };
}
