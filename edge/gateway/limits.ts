import { createHmac, timingSafeEqual } from 'node:crypto';
import { INTERNAL } from '@ece/platform/http/remote';
import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Accounts and addresses that are counted at once; the least recently seen one is forgotten first. */
const MOST_COUNTED = 50_000;

/**
 * Bounds the calls of one account, or of one address without an account, in a minute. More are answered with
 * `too_many_requests` and Retry-After. What the exchange's own processes ask is not counted: whoever opened the page was.
 * @param pages what the web app shows, by `pagesSecret`
 * Call it in the gateway before routes are registered.
 */
export function limitRequests(app: FastifyInstance, perMinute: number, pages: string): void {
  app.register(fastifyRateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    hook: 'preHandler',
    cache: MOST_COUNTED,
    allowList: (request: FastifyRequest) =>
      request.url.startsWith(INTERNAL) || isFromPages(request.headers[PAGES_HEADER], pages),
    keyGenerator: (request: FastifyRequest) => request.principal?.accountId ?? request.ip,
  });
}

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
  const [given, expected] = [Buffer.from(String(shown ?? '')), Buffer.from(secret)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
