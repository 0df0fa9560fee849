import { type Answer, ok, operations, refuse } from '@ece/contract';
import { originOf } from '@ece/platform/audit/audit';
import { transaction } from '@ece/platform/db/database';
import { once } from '@ece/platform/db/idempotency';
import { toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import { listCopies, readCopies, readProvenance } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import { createCard, createSet, uploadContent } from './admin.ts';
import type { NftsApi, NftsContext } from './api.ts';
import { importCatalogue } from './catalogue-import.ts';
import { contentRoute } from './content-route.ts';
import { contentUrl } from './domain/metadata.ts';
import { mintingCards, mintProgress } from './mint-store.ts';
import { mintCopies } from './minting.ts';
import type { CopyContext } from './mints-of.ts';
import { afterCard, afterCode, afterId, beforeEpoch } from './positions.ts';
import {
  presentCard,
  presentCopies,
  presentCopyDetail,
  presentHistory,
  presentSets,
  presentWithdrawal,
} from './present.ts';
import { prepareSendIn } from './send-in.ts';
import { chooseShowcase, readShowcase } from './showcase.ts';
import { listCards, listSets, readCards, readSets } from './store.ts';
import { readWithdrawal } from './transfer-store.ts';
import { withdrawCopy } from './withdrawals.ts';

const calls = operations.nfts;

/** Cards that the progress of minting names at the most. */
const MOST_MINTING = 100;

/** Registers the routes of cards, sets and copies, and that of content. */
export function nftsRoutes(
  app: FastifyInstance,
  context: CopyContext,
  facts: Pick<NftsApi, 'summaries'>,
): void {
  setRoutes(app, context);
  cardRoutes(app, context);
  copyRoutes(app, context);
  withdrawalRoutes(app, context);
  showcaseRoutes(app, context, facts);
  contentRoute(app, context);
}

function setRoutes(app: FastifyInstance, context: NftsContext): void {
  const { db } = context;

  route(app, calls.listSets, async ({ query }) => {
    const limit = query.limit ?? 50;
    const rows = await listSets(db, afterCode(query.cursor), limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.code],
      (row) => row,
    );
    return ok({ items: await presentSets(context, page.items), nextCursor: page.nextCursor });
  });

  route(app, calls.getSet, async ({ params }) => {
    const [set] = await presentSets(context, await readSets(db, [params.id]));
    return set ? ok(set) : refuse('not_found');
  });

  route(app, calls.createSet, async ({ body, principal, request }) => {
    const created = await createSet(context, body, originOf(principal, request));
    if (!created.ok) return created;
    const [set] = await presentSets(context, [created.value]);
    return ok(set!);
  });
}

function cardRoutes(app: FastifyInstance, context: CopyContext): void {
  const { db, publicUrl, users } = context;

  route(app, calls.listCards, async ({ query }) => {
    const limit = query.limit ?? 50;
    const { setId, rarity } = query;
    const rows = await listCards(db, { setId, rarity, after: afterCard(query.cursor) }, limit + 1);
    return ok(
      toPage(
        rows,
        limit,
        (row) => [row.setId, row.number],
        (row) => presentCard(context, row),
      ),
    );
  });

  route(app, calls.getCard, async ({ params }) => {
    const [card] = await readCards(db, [params.id]);
    return card ? ok(presentCard(context, card)) : refuse('not_found');
  });

  route(app, calls.createCard, async ({ body, principal, request }) => {
    const created = await createCard(context, body, originOf(principal, request));
    return created.ok ? ok(presentCard(context, created.value)) : created;
  });

  route(app, calls.minting, async () => {
    const [progress, cards] = await Promise.all([mintProgress(db), mintingCards(db, MOST_MINTING)]);
    const shown = cards.map(({ artworkCid, ...card }) => ({
      ...card,
      artworkUrl: contentUrl(publicUrl, artworkCid),
    }));
    return ok({ ...progress, cards: shown });
  });

  route(app, calls.importCards, ({ body, principal, request }) =>
    importCatalogue(context, {
      ...body,
      creatorId: principal.accountId,
      by: originOf(principal, request),
    }),
  );

  route(app, calls.uploadContent, async ({ body, principal, request }) => {
    const stored = await uploadContent(context, body.data, originOf(principal, request));
    return stored.ok ? ok({ ...stored.value, url: contentUrl(publicUrl, stored.value.cid) }) : stored;
  });

  const presentMinted = async (copyIds: string[]): Promise<Answer<typeof calls.mint>> => {
    const rows = (await readCopies(db, copyIds)).toSorted((a, b) => a.serial - b.serial);
    return { copies: await presentCopies(context, rows) };
  };

  route(app, calls.mint, async ({ params, body, principal, key, request }) => {
    const { ownerHandle, quantity } = body;
    const owner = ownerHandle === undefined ? { id: principal.accountId } : await users.byHandle(ownerHandle);
    if (!owner) return refuse('not_found', 'There is no owner of this handle.');
    const by = originOf(principal, request);
    const input = { cardId: params.id, quantity, ownerId: owner.id, by };
    return once(db, key, (tx) => mintCopies(tx, input), presentMinted);
  });
}

function copyRoutes(app: FastifyInstance, context: CopyContext): void {
  const { db, users } = context;

  route(app, calls.listCopies, async ({ query }) => {
    const limit = query.limit ?? 50;
    const owner = query.ownerHandle === undefined ? undefined : await users.byHandle(query.ownerHandle);
    if (query.ownerHandle !== undefined && !owner) return ok({ items: [], nextCursor: null });
    const filter = { cardId: query.cardId, ownerId: owner?.id, after: afterId(query.cursor) };
    const rows = await listCopies(db, filter, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ items: await presentCopies(context, page.items), nextCursor: page.nextCursor });
  });

  route(app, calls.getCopy, async ({ params }) => {
    const [copy] = await readCopies(db, [params.id]);
    return copy ? ok(await presentCopyDetail(context, copy)) : refuse('not_found');
  });

  route(app, calls.copyHistory, async ({ params, query }) => {
    const [copy] = await readCopies(db, [params.id]);
    if (!copy) return refuse('not_found');
    const limit = query.limit ?? 50;
    const rows = await readProvenance(db, copy.id, beforeEpoch(query.cursor), limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [Number(row.epoch)],
      (row) => row,
    );
    return ok({ items: await presentHistory(context, page.items), nextCursor: page.nextCursor });
  });
}

function withdrawalRoutes(app: FastifyInstance, context: NftsContext): void {
  route(app, calls.withdrawCopy, ({ params, body, principal, key }) =>
    withdrawCopy(context, key, {
      copyId: params.id,
      accountId: principal.accountId,
      address: body.address,
    }),
  );

  route(app, calls.prepareCopyDeposit, ({ params, body, principal }) =>
    prepareSendIn(context, { copyId: params.id, accountId: principal.accountId, from: body.from }),
  );

  route(app, calls.getCopyWithdrawal, async ({ params, principal }) => {
    const row = await readWithdrawal(context.db, params.id);
    if (row?.accountId !== principal.accountId) return refuse('not_found');
    return ok(await presentWithdrawal(context, row));
  });
}

function showcaseRoutes(
  app: FastifyInstance,
  { db, users }: NftsContext,
  { summaries }: Pick<NftsApi, 'summaries'>,
): void {
  const present = async (copyIds: string[]): Promise<Answer<typeof calls.showcase>> => {
    const known = await summaries(copyIds);
    return { items: copyIds.map((id) => known[id]!) };
  };

  route(app, calls.showcase, async ({ params }) => {
    const person = await users.byHandle(params.handle);
    return person ? ok(await present(await readShowcase(db, person.id))) : refuse('not_found');
  });

  route(app, calls.setShowcase, async ({ principal, body }) => {
    const chosen = await transaction(db, (tx) => chooseShowcase(tx, principal.accountId, body.copyIds));
    return chosen.ok ? ok(await present(chosen.value)) : chosen;
  });
}
