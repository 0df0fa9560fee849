import { INTERNAL } from '@ece/platform/http/remote';
import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Accounts and addresses that are counted at once; the least recently seen one is forgotten first. */
const MOST_COUNTED = 50_000;

/**
 * Bounds the calls of one account, or of one address without an account, in a minute. More are answered with
 * `too_many_requests` and Retry-After. What the exchange's own processes ask each other is not counted.
 * Call it in the gateway before routes are registered.
 */
export function limitRequests(app: FastifyInstance, perMinute: number): void {
  app.register(fastifyRateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    hook: 'preHandler',
    cache: MOST_COUNTED,
    allowList: (request: FastifyRequest) => request.url.startsWith(INTERNAL),
    keyGenerator: (request: FastifyRequest) => request.principal?.accountId ?? request.ip,
  });
}
