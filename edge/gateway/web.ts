import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CALL_HEADERS, callHeaders } from '@ece/platform/telemetry/call-context';
import fastifyReplyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface WebOptions {
  /** Base address of the process that renders the pages; undefined while there is none. */
  target(): string | undefined;
  /** Whether people reach the exchange by https, so that browsers may be told to insist on it. */
  https: boolean;
}

/** What the exchange answers itself; an address below it that it does not know is not a page. */
const OWN = /^\/(?:api|browser-errors|content|internal|health|metrics|docs)(?:\/|$)/;

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
      if (!base) return unavailable(reply, options.https);
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
        onError: () => void unavailable(reply, options.https),
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
  const kept = Object.entries(headers).filter(([name]) => !STEERING.test(name) && !CALL_HEADERS.has(name));
  return {
    ...Object.fromEntries(kept),
    ...callHeaders(),
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
    ...(policy && { 'content-security-policy': policy }),
  };
}

/** The look of the web app without the web app. */
const STYLE = `:root{color-scheme:light dark}
body{display:grid;min-height:100vh;margin:0;place-content:center;padding:1.5rem;background:light-dark(#f4f5f2,#0b0e0d);
color:light-dark(#101513,#eff3f0);font:1rem/1.5 system-ui,sans-serif;text-align:center}
h1{margin:0;font-size:1.75rem;line-height:1.15;letter-spacing:-.02em;text-wrap:balance}
p{max-width:34rem;margin:1rem auto 0}
.again{display:inline-block;padding:.625rem 1.25rem;border-radius:.5rem;background:#ffb81c;color:#171204;font-weight:640;
text-decoration:none}
a{color:inherit}`;

const UNAVAILABLE = (nonce: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3"><title>ECE</title><style nonce="${nonce}">${STYLE}</style>
<main><h1>The exchange will be back in a moment</h1>
<p>Its pages are not available yet. Your money and cards are not affected, and this page comes back by itself.</p>
<p><a class="again" href="">Try again</a></p>
<p>The API works: <a href="/docs">/docs</a>, <a href="/health/ready">/health/ready</a></p></main></html>`;

function unavailable(reply: FastifyReply, https: boolean) {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .code(503)
    .headers(pageHeaders(contentSecurityPolicy(nonce), https))
    .header('retry-after', '3')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(UNAVAILABLE(nonce));
}
