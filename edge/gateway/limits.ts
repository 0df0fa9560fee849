import { createHmac, timingSafeEqual } from 'node:crypto';
import { type OperationOptions, operations } from '@ece/contract';
import { clientKey } from '@ece/platform/http/client-key';
import { sendProblem, toProblem } from '@ece/platform/http/problem';
import { INTERNAL } from '@ece/platform/http/remote';
import { API } from '@ece/platform/http/route';
import { WindowCounts } from '@ece/platform/limits/window-counts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const WINDOW_MS = 60_000;
/** Keys that are counted at once; the least recently seen one is forgotten first. */
const MOST_COUNTED = 100_000;

/** Callers with a full limit each that one client may be: a household, a club. */
const CALLERS_PER_CLIENT = 4;

/** Makes the counts of a gateway; with `shareCountsJob` all gateways count together. */
export function callCounts(): WindowCounts {
  return new WindowCounts({ windowMs: WINDOW_MS, most: MOST_COUNTED });
}

/**
 * Bounds the calls of a minute by caller (an account, or a client without one), by client (an IPv4 address or
 * an IPv6 network, whichever accounts it uses) and, where the contract says so, by caller and operation. More are
 * answered with `too_many_requests` and Retry-After. Every answer says in RateLimit-Limit, -Remaining and -Reset
 * (seconds) how it stands with the limit that is nearest. What the exchange's own processes ask is not counted:
 * whoever opened the page was.
 * @param options.perMinute calls of one caller
 * @param options.now milliseconds since 1970
 * @param options.pages what the web app shows, by `pagesSecret`
 * Call it in the gateway before routes are registered.
 */
export function limitRequests(
  app: FastifyInstance,
  options: { counts: WindowCounts; perMinute: number; pages: string; now?: () => number },
): void {
  const { counts, perMinute, pages, now = Date.now } = options;
  app.addHook('preHandler', (request, reply, done) => {
    if (request.url.startsWith(INTERNAL) || isFromPages(request.headers[PAGES_HEADER], pages)) return done();
    const client = clientKey(request.ip);
    const caller = request.principal?.accountId ?? client;
    const operation = limitedOperations.get(`${request.method} ${request.routeOptions.url}`);
    const rules = [
      { key: `caller:${caller}`, most: perMinute },
      { key: `client:${client}`, most: perMinute * CALLERS_PER_CLIENT },
      ...(operation ? [{ key: `${operation.name}:${caller}`, most: operation.perMinute }] : []),
    ];
    const at = now();
    let least = { most: 0, left: Number.POSITIVE_INFINITY, resetsIn: 0 };
    for (const { key, most } of rules) {
      const { used, resetsInMs } = counts.add(key, at);
      const left = most - used;
      if (left < least.left) least = { most, left, resetsIn: Math.max(1, Math.ceil(resetsInMs / 1000)) };
    }
    tell(reply, least);
    if (least.left >= 0) return done();
    refuse(request, reply, least.resetsIn);
  });
}

/** Header names of the IETF draft "RateLimit header fields for HTTP", as clients understand them. */
function tell(
  reply: FastifyReply,
  { most, left, resetsIn }: { most: number; left: number; resetsIn: number },
) {
  reply.header('ratelimit-limit', most);
  reply.header('ratelimit-remaining', Math.max(0, left));
  reply.header('ratelimit-reset', resetsIn);
}

function refuse(request: FastifyRequest, reply: FastifyReply, retryAfter: number): void {
  const detail = `Try again in ${retryAfter} seconds.`;
  reply.header('retry-after', retryAfter);
  sendProblem(reply, toProblem({ code: 'too_many_requests', detail, data: { retryAfter } }, request.id));
}

/** Operations with a limit of their own, by method and route. */
const limitedOperations = new Map<string, { name: string; perMinute: number }>(
  Object.entries(operations).flatMap(([service, list]) =>
    Object.entries<OperationOptions>(list).flatMap(([name, { method, path, perMinute }]) =>
      perMinute ? [[`${method} ${API}${path}`, { name: `${service}.${name}`, perMinute }] as const] : [],
    ),
  ),
);

/** Where the web app shows its secret. */
const PAGES_HEADER = 'x-ece-pages';

/**
 * What the web app shows with its calls, so that they are not counted a second time: the page was. It is
 * derived, and opens nothing else.
 */
export function pagesSecret(internalSecret: string): string {
  return createHmac('sha256', internalSecret).update('calls of the pages').digest('base64url');
}

function isFromPages(shown: unknown, secret: string): boolean {
  if (typeof shown !== 'string') return false;
  const [given, expected] = [Buffer.from(shown), Buffer.from(secret)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
