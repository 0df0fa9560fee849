import { formatMoney, ok, operations, parseMoney, refuse } from '@ece/contract';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import { readBalance, readEntries } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import type { WalletContext } from './api.ts';
import { presentEntry } from './present.ts';
import type { WalletService } from './service.ts';
import { readTransfers, transfersOf } from './store.ts';

const DEFAULT_LIMIT = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id after which a page begins; undefined for the first page. */
function idOf(cursor: string | undefined): string | undefined {
  const [id] = decodeCursor(cursor, 1) ?? [];
  return typeof id === 'string' && UUID.test(id) ? id : undefined;
}

/** Registers the wallet's routes. */
export function registerRoutes(app: FastifyInstance, { db }: WalletContext, service: WalletService): void {
  const { wallet } = operations;

  route(app, wallet.get, async ({ principal }) => {
    const [depositAddress, usdcMint] = await Promise.all([
      service.depositAddress(principal.accountId),
      service.usdcMint(),
    ]);
    const balance = await readBalance(db, principal.accountId);
    return ok({
      available: formatMoney(balance?.available ?? 0n),
      held: formatMoney(balance?.held ?? 0n),
      depositAddress,
      currency: 'USDC',
      usdcMint,
    });
  });

  route(app, wallet.entries, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const entries = await readEntries(db, principal.accountId, idOf(query.cursor), limit + 1);
    return ok(toPage(entries, limit, (entry) => [entry.id], presentEntry));
  });

  route(app, wallet.transfers, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await transfersOf(db, principal.accountId, idOf(query.cursor), limit + 1);
    const { items, nextCursor } = toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ items: await service.present(items), nextCursor });
  });

  route(app, wallet.transfer, async ({ principal, params }) => {
    const rows = await readTransfers(db, [params.id]);
    const [shown] = await service.present(rows.filter((row) => row.accountId === principal.accountId));
    return shown ? ok(shown) : refuse('not_found');
  });

  route(app, wallet.faucet, ({ principal, body, key }) =>
    service.faucet(key, principal.accountId, parseMoney(body.amount)),
  );

  route(app, wallet.prepareDeposit, ({ principal, body }) =>
    service.prepareDeposit(principal.accountId, body.from, parseMoney(body.amount)),
  );

  route(app, wallet.sendDeposit, ({ principal, body }) =>
    service.sendDeposit(principal.accountId, body.transaction),
  );

  route(app, wallet.withdraw, ({ principal, body, key }) =>
    service.withdraw(key, principal.accountId, parseMoney(body.amount), body.address),
  );
}
