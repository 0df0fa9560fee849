import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '@ece/platform/http/app';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proxyWeb } from './web.ts';

let pages: Server;
let seen: { url: string; headers: IncomingHttpHeaders };
let target: string | undefined;
let gateway: FastifyInstance;
let url: string;

const addressOf = (server: { address(): unknown }) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  pages = createServer((request, response) => {
    seen = { url: request.url!, headers: request.headers };
    response.setHeader('content-security-policy', "default-src 'unsafe-inline'").end('a page');
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  gateway = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  gateway.get('/api/v1/thing', async () => ({ own: true }));
  proxyWeb(gateway, { target: () => target, https: true });
  await gateway.listen({ host: '127.0.0.1', port: 0 });
  url = addressOf(gateway.server);
  target = addressOf(pages);
});
afterAll(async () => {
  await gateway.close();
  pages.close();
});

test('the policy that a page gets is the one that the web app was told, with a nonce of its own', async () => {
  const answer = await fetch(`${url}/cards/1?x=2`, { headers: { cookie: 'ece_session=mine' } });
  expect(await answer.text()).toBe('a page');
  expect(seen.url).toBe('/cards/1?x=2');
  expect(seen.headers.cookie).toBe('ece_session=mine');
  const policy = answer.headers.get('content-security-policy')!;
  expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic'/);
  expect(policy).not.toContain('unsafe');
  expect(seen.headers['content-security-policy']).toBe(policy);
  expect(answer.headers.get('strict-transport-security')).toContain('max-age');
  const next = await fetch(`${url}/cards/1`);
  expect(next.headers.get('content-security-policy')).not.toBe(policy);
});

test('headers that steer the web app are not taken from outside', async () => {
  await fetch(`${url}/`, {
    headers: {
      'x-middleware-subrequest': 'middleware',
      'x-ece-pages': 'guess',
      'x-nonce': 'mine',
      'content-security-policy': "script-src 'nonce-mine'",
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
    },
  });
  expect(seen.headers['x-middleware-subrequest']).toBeUndefined();
  expect(seen.headers['x-ece-pages']).toBeUndefined();
  expect(seen.headers['x-nonce']).toBeUndefined();
  expect(seen.headers['content-security-policy']).not.toContain('nonce-mine');
  expect(seen.headers['x-forwarded-for']).toBe('127.0.0.1');
  expect(seen.headers['x-forwarded-host']).toBe(new URL(url).host);
});

test('scripts and fonts, which never change, need no policy', async () => {
  const answer = await fetch(`${url}/_next/static/chunks/a.js`);
  expect(seen.url).toBe('/_next/static/chunks/a.js');
  expect(answer.status).toBe(200);
  expect(seen.headers['content-security-policy']).toBeUndefined();
});

test('what the exchange answers itself never goes to the web app, whether it is there or not', async () => {
  expect(await (await fetch(`${url}/api/v1/thing`)).json()).toEqual({ own: true });
  seen = { url: 'nothing', headers: {} };
  for (const path of [
    '/api',
    '/api/v1/none',
    '/content/x',
    '/internal/a/b',
    '/health/x',
    '/metrics',
    '/docs/x',
  ]) {
    const answer = await fetch(`${url}${path}`);
    expect(answer.status, path).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  }
  expect((await fetch(`${url}/`, { method: 'POST', body: 'x' })).status).toBe(404);
  expect(seen.url).toBe('nothing');
});

test('without the web app a page says so and the rest works', async () => {
  const running = target;
  for (const absent of [undefined, 'http://127.0.0.1:9']) {
    target = absent;
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('3');
    const page = await answer.text();
    expect(page).toContain('not available yet');
    expect(page).toMatch(/http-equiv="refresh"[\s\S]*Try again/);
    const nonce = /<style nonce="([^"]+)"/.exec(page)![1]!;
    expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect((await fetch(`${url}/api/v1/thing`)).status).toBe(200);
  }
  target = running;
});

test('a page that is open already waits for the web app to come up', async () => {
  const running = target;
  target = undefined;
  const answer = fetch(`${url}/`, { headers: { rsc: '1' } });
  // By the time of another answer the first request is there, too.
  await fetch(`${url}/`);
  target = running;
  expect((await answer).status).toBe(200);
});
