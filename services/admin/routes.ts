import { ok, operations, type Result, refuse } from '@ece/contract';
import { type AuditEntry, originOf, readAudit } from '@ece/platform/audit/audit';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import type { Principal } from '@ece/platform/http/principal';
import { route } from '@ece/platform/http/route';
import { freezeHistory, listHalts } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import type { AdminApi, AdminContext } from './api.ts';
import { nameHalts } from './halts.ts';
import { readHealth } from './health.ts';
import { findPeople } from './people.ts';
import { ID, idOf } from './position.ts';
import { presentEntry, presentHalt, presentUser } from './present.ts';
import { databaseNow } from './store.ts';

const calls = operations.admin;
const DEFAULT_LIMIT = 50;
const MOST_FREEZES = 50;

/** Registers the operator's routes. */
export function adminRoutes(app: FastifyInstance, context: AdminContext, admin: AdminApi): void {
  actRoutes(app, context, admin);
  listRoutes(app, context);

  route(app, calls.status, async () => {
    const [halts, now] = await Promise.all([admin.halts(), databaseNow(context.db)]);
    return ok({ halts: halts.map(presentHalt), serverTime: now.toISOString() });
  });
  route(app, calls.health, async () => ok(await readHealth(context, await admin.halts())));
}

function actRoutes(app: FastifyInstance, { auth }: AdminContext, admin: AdminApi): void {
  /** An access token outlives its session by minutes; who lost a role must not use it any more. */
  const live = async (principal: Principal): Promise<Result<void>> =>
    (await auth.isLive(principal.sessionId)) ? ok(undefined) : refuse('unauthenticated');

  route(app, calls.halt, async ({ body, principal, request }) => {
    const still = await live(principal);
    if (!still.ok) return still;
    const input = { ...body, withdrawals: body.withdrawals ?? false };
    const halted = await admin.halt(originOf(principal, request), input);
    return halted.ok ? ok(presentHalt(halted.value)) : halted;
  });

  route(app, calls.resume, async ({ body, principal, request }) => {
    const still = await live(principal);
    if (!still.ok) return still;
    const resumed = await admin.resume(originOf(principal, request), body);
    return resumed.ok ? ok(presentHalt(resumed.value)) : resumed;
  });

  route(app, calls.freeze, async ({ body, principal, request }) => {
    const still = await live(principal);
    if (!still.ok) return still;
    const frozen = await admin.freeze(originOf(principal, request), principal.role, body);
    if (!frozen.ok) return frozen;
    const { accountId, reason, at } = frozen.value;
    return ok({ handle: body.handle, accountId, reason, at: at.toISOString() });
  });

  route(app, calls.unfreeze, async ({ body, principal, request }) => {
    const still = await live(principal);
    if (!still.ok) return still;
    const ended = await admin.unfreeze(originOf(principal, request), principal.role, body);
    return ended.ok ? ok(presentUser(ended.value, undefined)) : ended;
  });
}

function listRoutes(app: FastifyInstance, { db, nfts, users }: AdminContext): void {
  route(app, calls.halts, async ({ query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await listHalts(db, idOf(query.cursor), limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ ...page, items: (await nameHalts(nfts, page.items)).map(presentHalt) });
  });

  route(app, calls.users, async ({ query }) => {
    const { items, nextCursor } = await findPeople({ db, users }, query, query.limit ?? DEFAULT_LIMIT);
    return ok({ items: items.map(({ user, freeze }) => presentUser(user, freeze)), nextCursor });
  });

  route(app, calls.user, async ({ params, principal }) => {
    const [user] = await users.byIds([params.id]);
    if (!user) return refuse('not_found', 'There is nobody of this id.');
    const freezes = await freezeHistory(db, user.id, MOST_FREEZES);
    return ok({
      ...presentUser(
        user,
        freezes.find(({ until }) => until === null),
      ),
      email: principal.role === 'admin' ? user.email : null,
      freezes: freezes.map(({ reason, at, until }) => ({
        reason,
        at: at.toISOString(),
        until: until?.toISOString() ?? null,
      })),
    });
  });

  route(app, calls.audit, async ({ query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const [before] = decodeCursor(query.cursor, 1) ?? [];
    const { actor, action, subject } = query;
    const filter = {
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      ...(subject !== undefined && { subject }),
      ...(Number.isSafeInteger(before) && { before: BigInt(before!) }),
    };
    const page = toPage(
      await readAudit(db, filter, limit + 1),
      limit,
      (row) => [Number(row.number)],
      (row: AuditEntry) => row,
    );
    const actors = page.items.map((entry) => entry.actor).filter((actor) => ID.test(actor));
    const handles = await users.handles([...new Set(actors)]);
    return ok({ ...page, items: page.items.map((entry) => presentEntry(entry, handles)) });
  });
}
