import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Problem } from '@ece/contract';
import { signAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { exposeInternal, remote } from '@ece/platform/http/remote';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { authenticate } from '../authenticate.ts';
import { callCounts, limitRequests, pagesSecret } from './limits.ts';

const tokenSecret = randomBytes(32);
const somebody: Principal = { accountId: newId(), role: 'collector', sessionId: newId() };

const addressOf = (server: { address(): unknown }) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function open(configure: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  configure(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

async function expectRefused(response: Response): Promise<void> {
  expect(response.status).toBe(429);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(((await response.json()) as Problem).code).toBe('too_many_requests');
}

test('calls over the limit of an account or an address are refused with the time to wait', async () => {
  const limited = await open((app) => {
    limitRequests(app, {
      counts: callCounts(),
      perMinute: 3,
      now: () => 0,
      pages: pagesSecret('a secret of some length'),
    });
    authenticate(app, { tokenSecret });
    app.register(async (scope) => {
      scope.get('/api/v1/thing', async () => ({}));
      exposeInternal(
        scope,
        'things',
        { one: async () => 1 },
        { reads: ['one'], writes: [] },
        'a secret of some length',
      );
    });
  });
  const ask = async (principal?: Principal) =>
    await fetch(`${addressOf(limited.server)}/api/v1/thing`, {
      headers: principal && {
        authorization: `Bearer ${await signAccessToken(tokenSecret, principal, 60)}`,
      },
    });
  for (const who of [undefined, somebody, { ...somebody, accountId: newId() }]) {
    for (let i = 2; i >= 0; i--) {
      const answer = await ask(who);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-limit')).toBe('3');
      expect(answer.headers.get('ratelimit-remaining')).toBe(String(i));
      expect(Number(answer.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    }
    const refused = await ask(who);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    await expectRefused(refused);
  }
  const peer = remote<{ one(): Promise<number> }>(
    'things',
    { reads: ['one'], writes: [] },
    {
      url: addressOf(limited.server),
      secret: 'a secret of some length',
    },
  );
  for (let i = 0; i < 10; i++) expect(await peer.one()).toBe(1);
  const asPages = (secret: string) =>
    fetch(`${addressOf(limited.server)}/api/v1/thing`, { headers: { 'x-ece-pages': secret } });
  for (let i = 0; i < 10; i++)
    expect((await asPages(pagesSecret('a secret of some length'))).status).toBe(200);
  expect((await asPages(pagesSecret('another secret'))).status).toBe(429);
  await limited.close();
});

test('one client with many accounts, and one costly operation, have limits of their own', async () => {
  const limited = await open((app) => {
    limitRequests(app, { counts: callCounts(), perMinute: 40, pages: 'a secret', now: () => 0 });
    authenticate(app, { tokenSecret });
    app.register(async (scope) => {
      scope.get('/api/v1/thing', async () => ({}));
      scope.get('/api/v1/portfolio/export', async () => ({}));
    });
  });
  const askAs = async (accountId: string, path: string) =>
    await fetch(`${addressOf(limited.server)}/api/v1/${path}`, {
      headers: {
        authorization: `Bearer ${await signAccessToken(tokenSecret, { ...somebody, accountId }, 60)}`,
      },
    });
  const exporter = newId();
  for (let i = 0; i < 30; i++) expect((await askAs(exporter, 'portfolio/export')).status).toBe(200);
  await expectRefused(await askAs(exporter, 'portfolio/export'));
  expect((await askAs(exporter, 'thing')).status).toBe(200);
  let allowed = 32;
  while ((await askAs(newId(), 'thing')).status === 200) allowed++;
  expect(allowed).toBe(160);
  await limited.close();
});
