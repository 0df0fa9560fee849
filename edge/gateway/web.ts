import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import fastifyReplyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface WebOptions {
  /** Base address of the process that renders the pages; undefined while there is none. */
  target(): string | undefined;
  /** Whether people reach the exchange by https, so that browsers may be told to insist on it. */
  https: boolean;
}

/** What the exchange answers itself; an address below it that it does not know is not a page. */
const OWN = /^\/(?:api|content|internal|health|metrics|docs)(?:\/|$)/;

/**
 * Passes every GET that the exchange does not answer itself on to the web app, and sets the headers that keep
 * its pages safe. Each page gets a nonce of its own: the web app reads it from the policy and puts it on its
 * scripts. Register it last.
 */
export function proxyWeb(app: FastifyInstance, options: WebOptions): void {
  app.register(async (scope) => {
    scope.register(fastifyReplyFrom, {
      disableRequestLogging: true,
      undici: { connections: 64, pipelining: 1 },
    });
    scope.get('/*', async (request, reply) => {
      const path = request.url.split('?', 1)[0]!;
      if (!path.startsWith('/') || OWN.test(path)) return reply.callNotFound();
      const base = await targetFor(request, options);
      if (!base) return unavailable(reply);
      const isAsset = path.startsWith('/_next/static/');
      const policy = isAsset ? undefined : contentSecurityPolicy(randomBytes(16).toString('base64'));
      return reply.from(new URL(request.url, base).href, {
        retryDelay: () => null,
        rewriteRequestHeaders: (_request, headers) =>
          requestHeaders(request, headers as IncomingHttpHeaders, policy),
        rewriteHeaders: ({ connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers }) => ({
          ...headers,
          ...(policy && pageHeaders(policy, options.https)),
        }),
        onError: () => void unavailable(reply),
      });
    });
  });
}

/** Milliseconds that a page which is open already waits for the web app to come up, and between two looks. */
const PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 100;

/**
 * Where a request goes. A page that is open already and asks for its renewed parts waits while the web app comes up:
 * otherwise it would be left for the notice that there are no pages.
 */
async function targetFor(request: FastifyRequest, { target }: WebOptions): Promise<string | undefined> {
  const end = performance.now() + PATIENCE_MS;
  while (!target() && request.headers.rsc && performance.now() < end && !request.raw.destroyed) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return target();
}

/** The policy of a page: nothing from elsewhere, and no script or style sheet in it without its nonce. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function pageHeaders(policy: string, https: boolean): Record<string, string> {
  return {
    'content-security-policy': policy,
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    ...(https && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  };
}

/** Headers by which the web app would be steered are the gateway's to set. */
const STEERING = /^(?:x-middleware-|x-nextjs-|x-ece-|x-nonce$|content-security-policy)/;

function requestHeaders(request: FastifyRequest, headers: IncomingHttpHeaders, policy: string | undefined) {
  const kept = Object.entries(headers).filter(([name]) => !STEERING.test(name));
  return {
    ...Object.fromEntries(kept),
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
    ...(policy && { 'content-security-policy': policy }),
  };
}

const UNAVAILABLE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="3"><title>ECE</title>
<h1>The pages of the exchange are not available yet</h1>
<p>They are being prepared, or they could not be started; this page tries again by itself. The API works:
<a href="/docs">/docs</a>, <a href="/health/ready">/health/ready</a>.</p></html>`;

function unavailable(reply: import('fastify').FastifyReply) {
  return reply
    .code(503)
    .header('retry-after', '3')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(UNAVAILABLE);
}
