import { randomBytes } from 'node:crypto';
import { type AuthApi, auth as authModule } from '@ece/auth';
import type { Database } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import type { ServiceInstance } from '@ece/platform/service';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { type UsersApi, users as usersModule } from '@ece/users';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../tests/support/service-database.ts';
import { type AuthenticateOptions, authenticate } from './authenticate.ts';

let database: ServiceDatabase;
let db: Database;
let users: ServiceInstance<UsersApi>;
let auth: ServiceInstance<AuthApi>;
let gateway: FastifyInstance;
/** A process behind the gateway: it takes access tokens alone. */
let inner: FastifyInstance;
const tokenSecret = randomBytes(32);

async function process(options: Partial<AuthenticateOptions>): Promise<FastifyInstance> {
  const app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  authenticate(app, { tokenSecret, ...options });
  app.register(async (scope) => users.routes(scope));
  auth.routes(app);
  app.get('/health/live', async () => ({ ok: true }));
  await app.ready();
  return app;
}

beforeAll(async () => {
  database = await serviceDatabase([usersModule.migrations, authModule.migrations]);
  db = database.db;
  users = usersModule.create({ db });
  auth = authModule.create({
    hint: () => {},
    db,
    users: users.api,
    tokenSecret,
    accessTokenSeconds: 600,
    sessionDays: 30,
    secureCookies: true,
  });
  gateway = await process({
    principalOfSession: auth.api.principalOfSession,
    publicUrl: 'https://cards.example/',
  });
  inner = await process({});
});
afterAll(async () => {
  await gateway.close();
  await inner.close();
  await database.close();
});

interface CallOptions {
  at?: FastifyInstance;
  headers?: Record<string, string>;
  body?: object;
}

async function call(method: 'GET' | 'POST' | 'PATCH', path: string, options: CallOptions = {}) {
  const response = await (options.at ?? gateway).inject({
    method,
    url: path.startsWith('/health') ? path : `/api/v1${path}`,
    headers: { host: 'localhost:3000', ...options.headers },
    ...(options.body && { payload: options.body }),
  });
  return {
    status: response.statusCode,
    code: response.body ? response.json().code : undefined,
    body: response.body ? response.json() : undefined,
    headers: response.headers,
  };
}

let count = 0;
async function person() {
  const account = { email: `p${++count}@mail.example`, password: `tall horse ${newId().slice(-12)}` };
  const { body, headers, status } = await call('POST', '/auth/register', { body: account });
  expect(status).toBe(201);
  const cookie = String(headers['set-cookie']).split(';')[0]!;
  return { ...account, id: body.user.id as string, token: body.accessToken as string, cookie };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('access tokens', () => {
  test('say who calls, in every process and every scope', async () => {
    const { token, id } = await person();
    for (const at of [gateway, inner]) {
      const me = await call('GET', '/users/me', { at, headers: bearer(token) });
      expect(me).toMatchObject({ status: 200, body: { id } });
    }
    expect((await call('PATCH', '/users/me', { headers: bearer(token), body: { bio: 'x' } })).status).toBe(
      200,
    );
  });

  test('one that is not good is refused, also where nobody need be signed in', async () => {
    const principal = { accountId: newId(), role: 'admin', sessionId: newId() } as const;
    const { cookie } = await person();
    for (const authorization of [
      'Bearer nonsense',
      'Bearer ',
      'Basic dXNlcjpwYXNz',
      '',
      `Bearer ${await signAccessToken(randomBytes(32), principal, 600)}`,
      `Bearer ${await signAccessToken(tokenSecret, principal, -60)}`,
    ]) {
      for (const path of ['/users/me', '/users/somebody']) {
        const answer = await call('GET', path, { headers: { authorization, cookie } });
        expect(answer, authorization).toMatchObject({ status: 401, code: 'unauthenticated' });
        expect(answer.headers['www-authenticate']).toContain('invalid_token');
        expect(answer.headers['content-type']).toContain('application/problem+json');
      }
    }
  });

  test('addresses outside the API do not look at them', async () => {
    expect((await call('GET', '/health/live', { headers: bearer('nonsense') })).status).toBe(200);
  });
});

describe('session cookies', () => {
  test('say who calls at the gateway and nowhere else', async () => {
    const { cookie, id } = await person();
    const headers = { cookie: `theme=dark; ${cookie}; other=%E0%A4%A` };
    expect(await call('GET', '/users/me', { headers })).toMatchObject({ status: 200, body: { id } });
    expect(await call('GET', '/users/me', { headers, at: inner })).toMatchObject({ code: 'unauthenticated' });
  });

  test('one that is not good counts as none', async () => {
    const { id } = await person();
    const [user] = await users.api.byIds([id]);
    for (const cookie of [
      'ece_session=',
      'ece_session=x',
      `ece_session=${'A'.repeat(43)}`,
      ';;=;',
      'ece_session',
    ]) {
      expect(await call('GET', '/users/me', { headers: { cookie } })).toMatchObject({
        code: 'unauthenticated',
      });
      expect((await call('GET', `/users/${user!.handle}`, { headers: { cookie } })).status).toBe(200);
    }
  });

  test('changes by cookie come from our own pages or not at all', async () => {
    const { cookie } = await person();
    const patch = (headers: Record<string, string>) =>
      call('PATCH', '/users/me', { headers: { cookie, ...headers }, body: { bio: JSON.stringify(headers) } });
    const good = [
      { origin: 'http://localhost:3000' },
      { origin: 'https://cards.example' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-origin', origin: 'https://cards.example' },
    ];
    for (const headers of good) {
      expect(await patch(headers as Record<string, string>), JSON.stringify(headers)).toMatchObject({
        status: 200,
        body: { bio: JSON.stringify(headers) },
      });
    }
    const bad = [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: 'https://localhost:3000' },
      { origin: 'http://localhost:3001' },
      { origin: 'http://cards.example' },
      { origin: 'https://cards.example.evil.example' },
      { referer: 'https://cards.example/' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of bad) {
      expect(await patch(headers as Record<string, string>), JSON.stringify(headers)).toMatchObject({
        status: 403,
        code: 'origin_refused',
      });
    }
    expect((await call('GET', '/users/me', { headers: { cookie } })).body.bio).toBe(
      JSON.stringify(good.at(-1)),
    );
  });

  test('opening a WebSocket by cookie counts as a change', async () => {
    const { cookie } = await person();
    const headers = { cookie, upgrade: 'websocket', connection: 'upgrade' };
    expect(await call('GET', '/users/me', { headers })).toMatchObject({ code: 'origin_refused' });
    const own = { ...headers, origin: 'https://cards.example' };
    expect((await call('GET', '/users/me', { headers: own })).status).toBe(200);
  });

  test('a token needs no origin, and counts where both come', async () => {
    const [one, two] = [await person(), await person()];
    const headers = { cookie: one.cookie, ...bearer(two.token) };
    const answer = await call('PATCH', '/users/me', { headers, body: { bio: 'two' } });
    expect(answer).toMatchObject({ status: 200, body: { id: two.id } });
  });

  test('signing in and registering work whatever comes along', async () => {
    const { cookie, email, password } = await person();
    for (const headers of [
      { cookie },
      { cookie: 'ece_session=gone' },
      { cookie, origin: 'https://evil.example' },
      bearer('expired'),
    ] as Record<string, string>[]) {
      expect((await call('POST', '/auth/login', { headers, body: { email, password } })).status).toBe(200);
      const fresh = { email: `p${++count}@mail.example`, password };
      expect((await call('POST', '/auth/register', { headers, body: fresh })).status).toBe(201);
    }
  });

  test('refresh and sign-out by cookie: after it the cookie is nobody', async () => {
    const { cookie, id } = await person();
    const headers = { cookie, origin: 'http://localhost:3000' };
    const refreshed = await call('POST', '/auth/refresh', { headers });
    expect(refreshed).toMatchObject({ status: 200, body: { user: { id } } });
    expect(await call('POST', '/auth/logout', { headers: { cookie } })).toMatchObject({
      code: 'origin_refused',
    });
    const out = await call('POST', '/auth/logout', { headers });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']).toBe('ece_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
    expect(await call('GET', '/users/me', { headers })).toMatchObject({ code: 'unauthenticated' });
    expect(await call('POST', '/auth/refresh', { headers })).toMatchObject({ code: 'unauthenticated' });
  });

  test('a change of role ends the cookie session', async () => {
    const { cookie, id } = await person();
    const account = { email: 'boss@mail.example', password: 'tall horse boss' };
    await auth.api.ensureAccount({ ...account, handle: 'the_boss', role: 'admin' });
    const boss = await call('POST', '/auth/login', { body: account });
    const changed = await gateway.inject({
      method: 'PUT',
      url: `/api/v1/admin/users/${id}/role`,
      headers: bearer(boss.body.accessToken),
      payload: { role: 'moderator' },
    });
    expect(changed.statusCode).toBe(200);
    expect(await call('GET', '/users/me', { headers: { cookie } })).toMatchObject({
      code: 'unauthenticated',
    });
  });
});
