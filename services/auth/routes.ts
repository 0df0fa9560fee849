import { type Err, type entities, ok, operations, refuse, type Static } from '@ece/contract';
import { originOf } from '@ece/platform/audit/audit';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import { normaliseEmail, ownProfile, type User } from '@ece/users';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from './accounts.ts';
import type { AuthApi, AuthContext } from './api.ts';
import type { AttemptLimits } from './attempt-limits.ts';
import { deviceOf } from './device.ts';
import { sessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import { type ListedSession, liveSessionsOf, ownerOfSession } from './store.ts';

const DAY_SECONDS = 24 * 60 * 60;
const DEFAULT_LIMIT = 50;

export interface RouteParts {
  context: AuthContext;
  accounts: Accounts;
  sessions: Sessions;
  limits: AttemptLimits;
  setRole: AuthApi['setRole'];
}

/** Registers the routes of the auth service. */
export function registerRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { context, accounts, sessions, limits, setRole } = parts;
  const answer = (user: User, accessToken: string) =>
    ok({ user: ownProfile(user), accessToken, expiresIn: context.accessTokenSeconds });

  const signIn = async (request: FastifyRequest, reply: FastifyReply, userId: string) => {
    const userAgent = request.headers['user-agent'] ?? '';
    const session = await sessions.start(userId, { userAgent, address: request.ip });
    if (!session) return refuse('unauthenticated');
    const maxAge = context.sessionDays * DAY_SECONDS;
    reply.header('set-cookie', sessionCookie(session.cookieToken, maxAge, context.secureCookies));
    return answer(session.user, session.accessToken);
  };

  route(app, operations.auth.register, async ({ body, request, reply }) => {
    const limited = limits.register(request.ip);
    if (limited) return later(reply, limited);
    const made = await accounts.register(body);
    return made.ok ? signIn(request, reply, made.value.id) : later(reply, made);
  });

  route(app, operations.auth.login, async ({ body, request, reply }) => {
    const email = normaliseEmail(body.email);
    const limited = limits.signIn(email, request.ip);
    if (limited) return later(reply, limited);
    const user = await accounts.authenticate(email, body.password);
    if (!user.ok) return later(reply, user);
    limits.signedIn(email, request.ip);
    return signIn(request, reply, user.value.id);
  });

  route(app, operations.auth.refresh, async ({ principal }) => {
    const renewed = await sessions.renew(principal.sessionId);
    return renewed ? answer(renewed.user, renewed.accessToken) : refuse('unauthenticated');
  });

  route(app, operations.auth.logout, async ({ principal, reply }) => {
    await sessions.end(principal.accountId, principal.sessionId);
    reply.header('set-cookie', sessionCookie('', 0, context.secureCookies));
    return ok(undefined);
  });

  sessionRoutes(app, parts);

  route(app, operations.auth.setRole, async ({ params, body, principal, request }) => {
    // An access token outlives its session by minutes; a demoted admin must not use them to undo it.
    if (!(await sessions.isLive(principal.sessionId))) return refuse('unauthenticated');
    const changed = await setRole(params.id, body.role, originOf(principal, request));
    return changed.ok ? ok(ownProfile(changed.value)) : changed;
  });
}

/** Where somebody is signed in. An access token that outlives its session by minutes is of no use for these. */
function sessionRoutes(app: FastifyInstance, { context, sessions }: RouteParts): void {
  const { db } = context;

  route(app, operations.auth.sessions, async ({ query, principal }) => {
    if (!(await sessions.isLive(principal.sessionId))) return refuse('unauthenticated');
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await liveSessionsOf(db, principal.accountId, beforeId(query.cursor), limit + 1);
    return ok(
      toPage(
        rows,
        limit,
        (row) => [row.id],
        (row) => presentSession(row, principal.sessionId),
      ),
    );
  });

  route(app, operations.auth.endSession, async ({ params, principal }) => {
    if (!(await sessions.isLive(principal.sessionId))) return refuse('unauthenticated');
    if ((await ownerOfSession(db, params.id)) !== principal.accountId) return refuse('not_found');
    await sessions.end(principal.accountId, params.id);
    return ok(undefined);
  });

  route(app, operations.auth.endOtherSessions, async ({ principal }) => {
    if (!(await sessions.isLive(principal.sessionId))) return refuse('unauthenticated');
    return ok({ ended: await sessions.endAllOf(principal.accountId, principal.sessionId) });
  });
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id before which a page begins; undefined for the first page. */
function beforeId(cursor: string | undefined): string | undefined {
  const [id] = decodeCursor(cursor, 1) ?? [];
  return typeof id === 'string' && ID.test(id) ? id : undefined;
}

function presentSession(
  { userAgent, address, ...row }: ListedSession,
  current: string,
): Static<typeof entities.SignedInSession> {
  return {
    id: row.id,
    ...deviceOf(userAgent),
    address,
    current: row.id === current,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** Says in a header when to come back, where the refusal knows it (RFC 9110, 10.2.3). */
function later(reply: FastifyReply, refusal: Err): Err {
  const seconds = refusal.error.data?.retryAfter;
  if (typeof seconds === 'number') reply.header('retry-after', String(seconds));
  return refusal;
}
