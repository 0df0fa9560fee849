import { type Body, ok, operations, parseMoney, refuse } from '@ece/contract';
import { encodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { MarketContext } from './api.ts';
import { acceptOffer, declineOffer, withdrawOffer } from './offer-ending.ts';
import { createOffer, type Proposal, showOffer } from './offer-making.ts';
import { presentBest, presentOffers } from './offer-present.ts';
import { bestOfferOfCards, bestOffers, listOffersFor } from './offer-reads.ts';
import { listReceived } from './offer-received.ts';
import { listSent, type OfferPlace, type OfferRow, readOffer } from './offer-store.ts';
import { amountPosition, idPosition } from './positions.ts';

const DEFAULT_LIMIT = 50;

/** Registers the routes of offers. */
export function offerRoutes(app: FastifyInstance, context: MarketContext): void {
  const { db } = context;
  const { market } = operations;

  route(app, market.createOffer, ({ key, body }) => createOffer(context, key, toProposal(body)));

  route(app, market.listOffers, async ({ query }) => {
    const { limit = DEFAULT_LIMIT, cursor, ...subject } = query;
    const rows = await listOffersFor(context, subject, amountPosition(cursor), limit + 1);
    if (!rows.ok) return rows;
    const page = toPage(
      rows.value,
      limit,
      (row) => [row.amount.toString(), row.id],
      (row) => row,
    );
    return ok({ ...page, items: await presentOffers(context, page.items) });
  });

  route(app, market.bestOffers, async ({ query }) => {
    const [copyIds, cardIds] = [idsOf(query.copyIds), idsOf(query.cardIds)];
    const [ofCopies, ofCards] = await Promise.all([
      bestOffers(context, copyIds),
      bestOfferOfCards(context, cardIds),
    ]);
    return ok({
      copies: copyIds.map((copyId) => ({ copyId, best: presentBest(ofCopies[copyId]) })),
      cards: cardIds.map((cardId) => ({ cardId, best: presentBest(ofCards[cardId]) })),
    });
  });

  route(app, market.sentOffers, async ({ principal, query }) => {
    const { limit = DEFAULT_LIMIT, state, cursor } = query;
    const before = idPosition(cursor);
    const filter = { ...(state && { state }), ...(before && { before }) };
    const page = toPage(
      await listSent(db, principal.accountId, filter, limit + 1),
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ ...page, items: await presentOffers(context, page.items) });
  });

  route(app, market.receivedOffers, async ({ principal, query }) => {
    const { limit = DEFAULT_LIMIT, cursor } = query;
    const { items, next } = await listReceived(context, principal.accountId, amountPosition(cursor), limit);
    const offers = await presentOffers(
      context,
      items.map((item) => item.row),
    );
    return ok({
      items: items.map(({ copies }, index) => ({ offer: offers[index]!, copies })),
      nextCursor: next ? cursorOf(next) : null,
    });
  });

  route(app, market.getOffer, async ({ params }) => {
    const row: OfferRow | undefined = await readOffer(db, params.id);
    return row ? ok(await showOffer(context, row.id)) : refuse('not_found');
  });

  route(app, market.acceptOffer, ({ key, params, body }) =>
    acceptOffer(context, key, params.id, { copyId: body.copyId, amount: parseMoney(body.amount) }),
  );

  route(app, market.declineOffer, ({ key, params }) => declineOffer(context, key, params.id));

  route(app, market.withdrawOffer, ({ principal, params }) =>
    withdrawOffer(context, principal.accountId, params.id),
  );
}

const cursorOf = ({ amount, id }: OfferPlace) => encodeCursor([amount, id]);

const idsOf = (text: string | undefined) => [...new Set(text?.split(','))];

function toProposal(body: Body<typeof operations.market.createOffer>): Proposal {
  const { copyId, cardId, setId, rarity, category, serialFrom, serialTo, amount, expiresAt } = body;
  return {
    wish: {
      copyId: copyId ?? null,
      cardId: cardId ?? null,
      setId: setId ?? null,
      rarity: rarity ?? null,
      category: category ?? null,
      serialFrom: serialFrom ?? null,
      serialTo: serialTo ?? null,
    },
    amount: parseMoney(amount),
    ...(expiresAt && { expiresAt: new Date(expiresAt) }),
  };
}
