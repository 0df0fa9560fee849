import { type Err, ok, operations, refuse } from '@ece/contract';
import { originOf } from '@ece/platform/audit/audit';
import { route } from '@ece/platform/http/route';
import { normaliseEmail, ownProfile, type User } from '@ece/users';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Accounts } from './accounts.ts';
import type { AuthApi, AuthContext } from './api.ts';
import type { AttemptLimits } from './attempt-limits.ts';
import { sessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

const DAY_SECONDS = 24 * 60 * 60;

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

  const signIn = async (reply: FastifyReply, userId: string) => {
    const session = await sessions.start(userId);
    if (!session) return refuse('unauthenticated');
    const maxAge = context.sessionDays * DAY_SECONDS;
    reply.header('set-cookie', sessionCookie(session.cookieToken, maxAge, context.secureCookies));
    return answer(session.user, session.accessToken);
  };

  route(app, operations.auth.register, async ({ body, request, reply }) => {
    const limited = limits.register(request.ip);
    if (limited) return later(reply, limited);
    const made = await accounts.register(body);
    return made.ok ? signIn(reply, made.value.id) : later(reply, made);
  });

  route(app, operations.auth.login, async ({ body, request, reply }) => {
    const email = normaliseEmail(body.email);
    const limited = limits.signIn(email, request.ip);
    if (limited) return later(reply, limited);
    const user = await accounts.authenticate(email, body.password);
    if (!user.ok) return later(reply, user);
    limits.signedIn(email, request.ip);
    return signIn(reply, user.value.id);
  });

  route(app, operations.auth.refresh, async ({ principal }) => {
    const renewed = await sessions.renew(principal.sessionId);
    return renewed ? answer(renewed.user, renewed.accessToken) : refuse('unauthenticated');
  });

  route(app, operations.auth.logout, async ({ principal, reply }) => {
    await sessions.end(principal.sessionId);
    reply.header('set-cookie', sessionCookie('', 0, context.secureCookies));
    return ok(undefined);
  });

  route(app, operations.auth.setRole, async ({ params, body, principal, request }) => {
    // An access token outlives its session by minutes; a demoted admin must not use them to undo it.
    if (!(await sessions.isLive(principal.sessionId))) return refuse('unauthenticated');
    const changed = await setRole(params.id, body.role, originOf(principal, request));
    return changed.ok ? ok(ownProfile(changed.value)) : changed;
  });
}

/** Says in a header when to come back, where the refusal knows it (RFC 9110, 10.2.3). */
function later(reply: FastifyReply, refusal: Err): Err {
  const seconds = refusal.error.data?.retryAfter;
  if (typeof seconds === 'number') reply.header('retry-after', String(seconds));
  return refusal;
}
