import { type AuthApi, SESSION_COOKIE } from '@ece/auth';
import { type OperationOptions, ok, operations, type Result, refuse } from '@ece/contract';
import { rememberedPrincipal, verifyAccessToken } from '@ece/platform/http/access-token';
import type { Principal } from '@ece/platform/http/principal';
import { sendProblem, toProblem } from '@ece/platform/http/problem';
import { API } from '@ece/platform/http/route';
import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface AuthenticateOptions {
  tokenSecret: Uint8Array;
  /** Resolves session cookies; only the gateway has it, all other processes take access tokens alone. */
  principalOfSession?: AuthApi['principalOfSession'];
  /** Where the exchange is reached from outside, when a proxy hides it from the request. */
  publicUrl?: string;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * Calls that change something and need nobody signed in: signing in and registering. They go on without the
 * credentials that happen to come along, so that an old cookie or token never stands in the way of a new one.
 */
const SIGN_IN_CALLS = new Set(
  Object.values(operations)
    .flatMap((service): OperationOptions[] => Object.values(service))
    .filter((operation) => operation.access === 'public' && !SAFE.has(operation.method))
    .map((operation) => `${operation.method} ${API}${operation.path}`),
);

/**
 * Finds out who makes each call of the API: by `Authorization: Bearer`, or by the session cookie where
 * `principalOfSession` is given. A token that is not good is answered with `unauthenticated`; a cookie that is
 * not good counts as none. A cookie travels without its owner's doing, so calls that change something by it
 * must come from our own pages, else they are answered with `origin_refused`.
 * Call it before the routes' scopes are registered.
 */
export function authenticate(app: FastifyInstance, options: AuthenticateOptions): void {
  const publicOrigin = options.publicUrl && new URL(options.publicUrl).origin;
  app.register(fastifyCookie, { hook: false });
  app.addHook('onRequest', (request, reply, done) => {
    if (!needsPrincipal(request)) return done();
    const token = tokenOf(request);
    // Nearly every call: without a promise, it goes on at once.
    const known = token && rememberedPrincipal(options.tokenSecret, token);
    if (known) {
      request.principal = known;
      return done();
    }
    principalOf(app, request, options, publicOrigin).then((resolved) => {
      if (resolved.ok) {
        request.principal = resolved.value;
        return done();
      }
      if (resolved.error.code === 'unauthenticated') {
        reply.header('www-authenticate', 'Bearer error="invalid_token"');
      }
      sendProblem(reply, toProblem(resolved.error, request.id));
    }, done);
  });
}

function needsPrincipal({ method, url }: FastifyRequest): boolean {
  if (!url.startsWith(`${API}/`)) return false;
  return SAFE.has(method) || !SIGN_IN_CALLS.has(`${method} ${url.split('?', 1)[0]!}`);
}

/** The token of the Authorization header; undefined where there is none. */
function tokenOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
}

async function principalOf(
  app: FastifyInstance,
  request: FastifyRequest,
  options: AuthenticateOptions,
  publicOrigin: string | undefined,
): Promise<Result<Principal | undefined>> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const token = tokenOf(request);
    const principal = token && (await verifyAccessToken(options.tokenSecret, token));
    return principal
      ? ok(principal)
      : refuse('unauthenticated', 'The access token is not valid or has expired.');
  }
  if (!options.principalOfSession || !cookie) return ok(undefined);
  const token = app.parseCookie(cookie)[SESSION_COOKIE];
  if (!token) return ok(undefined);
  if (changesSomething(request) && !isSameOrigin(request, publicOrigin)) return refuse('origin_refused');
  return ok(await options.principalOfSession(token));
}

/** A WebSocket opens with a GET, but what it gives can be read from any page that may open it. */
function changesSomething(request: FastifyRequest): boolean {
  return !SAFE.has(request.method) || request.headers.upgrade !== undefined;
}

/** Browsers set both headers themselves; no page can change them (Fetch standard, forbidden header names). */
function isSameOrigin(request: FastifyRequest, publicOrigin: string | undefined): boolean {
  const { origin } = request.headers;
  if (request.headers['sec-fetch-site'] === 'same-origin') return true;
  return (
    origin !== undefined && (origin === publicOrigin || origin === `${request.protocol}://${request.host}`)
  );
}
