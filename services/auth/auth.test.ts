import { operations, Problem } from '@ece/contract';
import { verifyAccessToken } from '@ece/platform/http/access-token';
import { newId } from '@ece/platform/ids/index';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccounts } from './accounts.ts';
import { auth as authModule } from './api.ts';
import { createPasswords } from './passwords.ts';
import { expectFits, startTestExchange, type TestExchange } from './test-exchange.ts';

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

describe('register and sign in', () => {
  test('registering signs in: the answer fits the contract, token and cookie stand for the new account', async () => {
    const { answer, id, email } = await exchange.registered();
    expectFits(operations.auth.register.response, answer.body);
    expect(answer.body).toMatchObject({ expiresIn: 600, user: { email, role: 'collector' } });
    const principal = await verifyAccessToken(exchange.tokenSecret, answer.body.accessToken);
    expect(principal).toMatchObject({ accountId: id, role: 'collector' });
    expect(await exchange.auth.api.principalOfSession(answer.cookieToken!)).toEqual(principal);
    expect(answer.cookie).toMatch(
      /^ece_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    );
  });

  test('over HTTPS the cookie says so', async () => {
    const secure = exchange.serve(authModule.create({ ...exchange.context(), secureCookies: true }));
    const { cookie } = await exchange.call('/auth/register', exchange.fresh(), { at: secure });
    expect(cookie).toMatch(/; Secure$/);
    await secure.close();
  });

  test('the same person signs in whatever the case of the e-mail and the form of the letters', async () => {
    const person = { email: 'Zo\u00eb@Mail.example', password: 'caf\u00e9 horse 12' };
    exchange.secrets.add(person.password);
    expect((await exchange.call('/auth/register', person)).status).toBe(201);
    const answer = await exchange.call('/auth/login', {
      email: 'ZOE\u0308@mail.EXAMPLE',
      password: 'cafe\u0301 horse 12',
    });
    expect(answer.status).toBe(200);
    expectFits(operations.auth.login.response, answer.body);
  });

  test('a wrong password and an unknown e-mail get the same answer, by the same path', async () => {
    const { email } = await exchange.registered();
    const strip = ({ instance, ...problem }: Record<string, unknown>) => problem;
    const wrong = await exchange.call('/auth/login', { email, password: 'wrong horse 1234' });
    const unknown = await exchange.call('/auth/login', {
      email: 'nobody@mail.example',
      password: 'wrong horse 1234',
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' }, cookie: undefined });
    expect(strip(unknown.body)).toEqual(strip(wrong.body));
    expect(unknown.cookie).toBeUndefined();

    const real = createPasswords();
    const checked: boolean[] = [];
    const accounts = createAccounts(exchange.context(), {
      ...real,
      matches: (password, stored) => {
        checked.push(stored !== undefined);
        return real.matches(password, stored);
      },
    });
    await accounts.authenticate(email, 'wrong horse 1234');
    await accounts.authenticate('nobody@mail.example', 'wrong horse 1234');
    expect(checked).toEqual([true, false]);
  });

  test('refused registrations make nothing', async () => {
    const known = await exchange.registered();
    const before = await exchange.db`select count(*) from users.users`;
    for (const [change, code] of [
      [{ email: known.email.toUpperCase() }, 'email_taken'],
      [{ handle: known.answer.body.user.handle }, 'handle_taken'],
      [{ handle: 'system' }, 'handle_reserved'],
      [{ password: 'Password1234' }, 'validation_failed'],
      [{ password: 'short' }, 'validation_failed'],
      [{ email: 'no-at-sign' }, 'validation_failed'],
      [{ email: 'nul\u0000@mail.example' }, 'validation_failed'],
      [{ role: 'admin' }, 'validation_failed'],
      [{ password: 1234567890 }, 'validation_failed'],
    ] as const) {
      const answer = await exchange.call('/auth/register', { ...exchange.fresh(), ...change });
      expect(answer.body.code, JSON.stringify(change)).toBe(code);
      expectFits(Problem, answer.body);
      expect(answer.cookie).toBeUndefined();
    }
    expect(await exchange.db`select count(*) from users.users`).toEqual(before);
  });
});

describe('sessions', () => {
  test('refresh gives a token of the same session until it is signed out', async () => {
    const { token, answer } = await exchange.registered();
    const renewed = await exchange.call('/auth/refresh', undefined, { token });
    expect(renewed.status).toBe(200);
    expectFits(operations.auth.refresh.response, renewed.body);
    expect(await verifyAccessToken(exchange.tokenSecret, renewed.body.accessToken)).toEqual(
      await verifyAccessToken(exchange.tokenSecret, token),
    );
    const out = await exchange.call('/auth/logout', undefined, { token });
    expect(out).toMatchObject({ status: 204, body: undefined });
    expect(out.cookie).toBe('ece_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
    expect(await exchange.auth.api.principalOfSession(answer.cookieToken!)).toBeUndefined();
    expect((await exchange.call('/auth/refresh', undefined, { token })).body.code).toBe('unauthenticated');
    expect((await exchange.call('/auth/logout', undefined, { token })).status).toBe(204);
    expect((await exchange.call('/auth/logout')).body.code).toBe('unauthenticated');
  });

  test('signing out ends this session and no other', async () => {
    const { token, ...person } = await exchange.registered();
    const second = await exchange.call('/auth/login', { email: person.email, password: person.password });
    await exchange.call('/auth/logout', undefined, { token });
    expect(await exchange.auth.api.principalOfSession(second.cookieToken!)).toMatchObject({
      accountId: person.id,
    });
  });

  test('a person sees where they are signed in, and nobody else', async () => {
    const person = await exchange.registered();
    await exchange.registered();
    const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const { email, password } = person;
    const second = await exchange.call(
      '/auth/login',
      { email, password },
      { from: '203.0.113.9', agent: windows },
    );
    const list = await exchange.call('/auth/sessions', undefined, {
      method: 'GET',
      token: second.body.accessToken,
    });
    expect(list.status).toBe(200);
    expectFits(operations.auth.sessions.response, list.body);
    expect(list.body.items).toHaveLength(2);
    expect(list.body.items[0]).toMatchObject({
      ...{ browser: 'Firefox', system: 'Windows', kind: 'desktop' },
      ...{ address: '203.0.113.9', current: true },
    });
    expect(list.body.items[1]).toMatchObject({ browser: null, kind: 'other', current: false });
    const first = await exchange.call('/auth/sessions?limit=1', undefined, {
      method: 'GET',
      token: person.token,
    });
    expect(first.body.items.map((item: { current: boolean }) => item.current)).toEqual([false]);
    const rest = await exchange.call(`/auth/sessions?limit=1&cursor=${first.body.nextCursor}`, undefined, {
      method: 'GET',
      token: person.token,
    });
    expect(rest.body).toMatchObject({ items: [{ current: true }], nextCursor: null });
  });

  test('one session is ended from another, and told; it lets nobody in any more', async () => {
    const { token, id, ...person } = await exchange.registered();
    const second = await exchange.call('/auth/login', { email: person.email, password: person.password });
    const sessions = async () =>
      (await exchange.call('/auth/sessions', undefined, { method: 'GET', token })).body.items as {
        id: string;
        current: boolean;
      }[];
    const other = (await sessions()).find(({ current }) => !current)!;
    const end = (by: string) =>
      exchange.call(`/auth/sessions/${other.id}`, undefined, { method: 'DELETE', token: by });
    const stranger = await exchange.registered();
    expect((await end(stranger.token)).body.code).toBe('not_found');
    expect(await sessions()).toHaveLength(2);
    for (let twice = 0; twice < 2; twice++) expect((await end(token)).status).toBe(204);
    expect(await sessions()).toHaveLength(1);
    expect(await exchange.auth.api.principalOfSession(second.cookieToken!)).toBeUndefined();
    expect((await exchange.call('/auth/refresh', undefined, { token: second.body.accessToken })).status).toBe(
      401,
    );
    // What is left of its access token ends nothing, and shows nothing.
    for (const [method, path] of [
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions'],
      ['DELETE', `/auth/sessions/${(await sessions())[0]!.id}`],
    ] as const) {
      const answer = await exchange.call(path, undefined, { method, token: second.body.accessToken });
      expect(answer.body.code, path).toBe('unauthenticated');
    }
    const told = await exchange.db`select data from platform.events
      where topic = ${`user:${id}`} and type = 'session.ended'`;
    expect(told.map(({ data }) => data)).toEqual([{ sessionIds: [other.id] }]);
  });

  test('all other sessions end at once, and this one stays', async () => {
    const { token, id, answer, ...person } = await exchange.registered();
    const others = await Promise.all(
      [1, 2].map(() => exchange.call('/auth/login', { email: person.email, password: person.password })),
    );
    const stranger = await exchange.registered();
    const end = () => exchange.call('/auth/sessions', undefined, { method: 'DELETE', token });
    expect((await end()).body).toEqual({ ended: 2 });
    expect((await end()).body).toEqual({ ended: 0 });
    for (const other of others) {
      expect(await exchange.auth.api.principalOfSession(other.cookieToken!)).toBeUndefined();
    }
    expect(await exchange.auth.api.principalOfSession(answer.cookieToken!)).toMatchObject({ accountId: id });
    expect(await exchange.auth.api.principalOfSession(stranger.answer.cookieToken!)).toBeDefined();
    const told = await exchange.db`select data from platform.events
      where topic = ${`user:${id}`} and type = 'session.ended'`;
    expect(told.map(({ data }) => data.sessionIds.length)).toEqual([2]);
  });

  test('a session ends by itself; what is not a token is nobody', async () => {
    const { answer } = await exchange.registered();
    await exchange.db`update auth.sessions set expires_at = clock_timestamp()
      where user_id = ${answer.body.user.id}`;
    for (const cookie of [answer.cookieToken!, '', 'x', 'A'.repeat(43), "' or true --", '\u0000']) {
      expect(await exchange.auth.api.principalOfSession(cookie)).toBeUndefined();
    }
    expect((await exchange.call('/auth/refresh', undefined, { token: answer.body.accessToken })).status).toBe(
      401,
    );
  });

  test('its use is noted; long after its end it is removed', async () => {
    const { id, answer } = await exchange.registered();
    const times = async () =>
      (await exchange.db`select last_seen_at from auth.sessions where user_id = ${id}`)[0];
    await exchange.db`update auth.sessions set last_seen_at = now() - interval '1 hour' where user_id = ${id}`;
    const before = await times();
    await exchange.auth.api.principalOfSession(answer.cookieToken!);
    expect((await times())?.last_seen_at.getTime()).toBeGreaterThan(before?.last_seen_at.getTime());
    const sweep = async () => {
      for (const job of exchange.auth.jobs) while (await job.run());
    };
    await sweep();
    expect(await times()).toBeDefined();
    await exchange.db`update auth.sessions set expires_at = now() - interval '31 days' where user_id = ${id}`;
    await sweep();
    expect(await times()).toBeUndefined();
  });

  test('neither passwords nor tokens are in the database', async () => {
    const person = await exchange.registered();
    const rows = await exchange.db`select row_to_json(c)::text as text from auth.credentials c
      union all select row_to_json(s)::text from auth.sessions s`;
    const all = rows.map((row) => row.text).join();
    expect(all).toContain('$argon2id$');
    expect(all).not.toContain(person.password);
    expect(all).not.toContain(person.answer.cookieToken);
  });
});

describe('roles', () => {
  test('an admin gives a role: it counts from the next sign-in on, and all sessions end', async () => {
    const boss = await exchange.admin();
    const person = await exchange.registered();
    const answer = await exchange.call(
      `/admin/users/${person.id}/role`,
      { role: 'moderator' },
      {
        token: boss.token,
        method: 'PUT',
      },
    );
    expect(answer.status).toBe(200);
    expectFits(operations.auth.setRole.response, answer.body);
    expect(answer.body).toMatchObject({ id: person.id, role: 'moderator' });
    expect(await exchange.auth.api.principalOfSession(person.answer.cookieToken!)).toBeUndefined();
    expect((await exchange.call('/auth/refresh', undefined, { token: person.token })).status).toBe(401);
    const again = await exchange.call('/auth/login', { email: person.email, password: person.password });
    expect(await verifyAccessToken(exchange.tokenSecret, again.body.accessToken)).toMatchObject({
      role: 'moderator',
    });
    expect(await exchange.auth.api.principalOfSession(boss.cookieToken)).toBeDefined();
  });

  test('nobody else may, and nothing changes', async () => {
    const boss = await exchange.admin();
    const person = await exchange.registered();
    const put = (id: string, body: object, token?: string) =>
      exchange.call(`/admin/users/${id}/role`, body, { method: 'PUT', ...(token && { token }) });
    expect((await put(person.id, { role: 'admin' })).body.code).toBe('unauthenticated');
    expect((await put(person.id, { role: 'admin' }, person.token)).body.code).toBe('forbidden');
    expect((await put(newId(), { role: 'admin' }, boss.token)).body.code).toBe('not_found');
    expect((await put(person.id, { role: 'owner' }, boss.token)).body.code).toBe('validation_failed');
    expect((await exchange.users.byIds([person.id]))[0]?.role).toBe('collector');
  });

  test('a demoted admin cannot undo it with the access token that is left; the last one cannot be demoted', async () => {
    await exchange.db`update users.users set role = 'collector' where role = 'admin'`;
    const [one, two] = [await exchange.admin(), await exchange.admin()];
    const put = (id: string, role: string, token: string) =>
      exchange.call(`/admin/users/${id}/role`, { role }, { method: 'PUT', token });
    expect((await put(two.id, 'collector', one.token)).status).toBe(200);
    expect((await put(two.id, 'admin', two.token)).body.code).toBe('unauthenticated');
    expect((await exchange.users.byIds([two.id]))[0]?.role).toBe('collector');
    expect((await put(one.id, 'collector', one.token)).body).toMatchObject({
      status: 409,
      code: 'last_admin',
    });
    expect(await exchange.auth.api.principalOfSession(one.cookieToken)).toBeDefined();
  });
});

describe('limits', () => {
  test('guessing at one account is slowed down from everywhere; right passwords are not counted', async () => {
    const person = exchange.fresh();
    await exchange.call('/auth/register', person);
    for (let n = 0; n < 12; n++) {
      expect((await exchange.call('/auth/login', person, { from: '203.0.113.1' })).status).toBe(200);
    }
    const guess = (n: number) =>
      exchange.call(
        '/auth/login',
        { ...person, password: `guess number ${n}` },
        { from: `203.0.113.${n + 10}` },
      );
    const shouted = { email: person.email.toUpperCase(), password: 'guess in capitals' };
    const answers = await Promise.all([
      ...Array.from({ length: 11 }, (_, n) => guess(n)),
      exchange.call('/auth/login', shouted),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
    const limited = answers.find((answer) => answer.status === 429)!;
    expect(limited.body).toMatchObject({ code: 'too_many_requests' });
    expect(Number(limited.headers['retry-after'])).toBe(limited.body.data.retryAfter);
    expect(limited.body.data.retryAfter).toBeGreaterThan(20);
    const other = await exchange.registered();
    expect(
      (await exchange.call('/auth/login', { email: other.email, password: other.password })).status,
    ).toBe(200);
  });

  test('guessing at many accounts from one network is slowed down', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 110 }, async (_, n) => {
        const guess = { email: `g${n}@mail.example`, password: 'guess 12345' };
        return (await exchange.call('/auth/login', guess, { from: `2001:db8:5:5::${n.toString(16)}` }))
          .status;
      }),
    );
    const limited = statuses.filter((status) => status === 429).length;
    expect(limited).toBeGreaterThan(0);
    expect(limited).toBeLessThanOrEqual(10);
    expect(statuses.filter((status) => status === 401)).toHaveLength(110 - limited);
  }, 30_000);
});

test('nothing secret has reached the log in all of this', () => {
  exchange.expectNothingSecretLogged('/api/v1/auth/login');
});
