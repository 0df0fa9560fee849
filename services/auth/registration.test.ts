import { CLI, readAudit, SETTINGS } from '@ece/platform/audit/audit';
import type { UsersApi } from '@ece/users';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccounts } from './accounts.ts';
import { type AuthApi, auth as authModule } from './api.ts';
import { createPasswords } from './passwords.ts';
import { startTestExchange, type TestExchange } from './test-exchange.ts';

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

test('100 rounds of two at once for one e-mail or one handle: one gets in, with their own password', async () => {
  // Two processes, so that both hash at the same time and race for the rows.
  const elsewhere = exchange.serve(authModule.create(exchange.context()));
  for (let round = 0; round < 100; round++) {
    const from = `10.0.${round}.1`;
    const [one, two] = [exchange.fresh(), exchange.fresh()];
    const sameEmail = round % 2 === 0;
    const handle = `rival_${round}`;
    const rivals = sameEmail
      ? [one, { ...two, email: one.email }]
      : [
          { ...one, handle },
          { ...two, handle },
        ];
    const answers = await Promise.all(
      rivals.map((rival, n) =>
        exchange.call('/auth/register', rival, { from, at: n === 0 ? exchange.app : elsewhere }),
      ),
    );
    const winner = answers.findIndex((answer) => answer.status === 201);
    const loser = answers[1 - winner];
    expect(winner, JSON.stringify(answers.map((a) => a.body))).not.toBe(-1);
    expect(loser?.body.code).toBe(sameEmail ? 'email_taken' : 'handle_taken');
    const signIn = ({ email, password }: (typeof rivals)[number]) =>
      exchange.call('/auth/login', { email, password }, { from });
    // Signing in costs as much as registering: a fifth of the rounds, of both kinds, shows whose password counts.
    if (round % 10 < 2) {
      expect((await signIn(rivals[winner]!)).body.user.id).toBe(answers[winner]!.body.user.id);
      expect((await signIn(rivals[1 - winner]!)).body.code).toBe('invalid_credentials');
    }
  }
  await elsewhere.close();
}, 120_000);

describe('crashes in the middle of a registration', () => {
  /** The users service, which fails once at a step: before it happens, or after it has. */
  function failing(step: 'create' | 'activate', when: 'before' | 'after'): UsersApi {
    let failed = false;
    const wrap =
      <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (failed) return method(...args);
        failed = true;
        if (when === 'after') await method(...args);
        throw new Error('the connection was lost');
      };
    return step === 'create'
      ? { ...exchange.users, create: wrap(exchange.users.create) }
      : { ...exchange.users, activate: wrap(exchange.users.activate) };
  }

  test.each([
    ['create', 'before', 201],
    ['create', 'after', 201],
    ['activate', 'before', 201],
    ['activate', 'after', 409],
  ] as const)('at %s, %s: the person can register again or sign in', async (step, when, status) => {
    const person = exchange.fresh();
    const broken = exchange.serve(authModule.create(exchange.context(failing(step, when))));
    expect((await exchange.call('/auth/register', person, { at: broken })).body.code).toBe('internal_error');
    const again = await exchange.call('/auth/register', person, { at: broken });
    expect(again.status).toBe(status);
    expect((await exchange.call('/auth/login', person, { at: broken })).status).toBe(200);
    await broken.close();
  });

  test.each([
    ['create', 'after'],
    ['activate', 'before'],
    ['activate', 'after'],
  ] as const)('an ensured account survives one at %s, %s', async (step, when) => {
    const person = exchange.fresh();
    const account = { ...person, handle: `ensured_${step}_${when}`, role: 'moderator' as const };
    const broken = authModule.create(exchange.context(failing(step, when))).api;
    await expect(broken.ensureAccount(account)).rejects.toThrow('lost');
    const id = await broken.ensureAccount(account);
    expect((await exchange.call('/auth/login', person)).body.user).toMatchObject({ id, role: 'moderator' });
  });
});

describe('ensureAccount', () => {
  test('makes the account once, whoever asks and how often', async () => {
    const person = exchange.fresh();
    const account = {
      ...person,
      handle: 'first_admin',
      role: 'admin' as const,
      displayName: 'Ada',
      bio: 'Runs it',
    };
    const other = authModule.create(exchange.context()).api;
    const ids = await Promise.all(
      [exchange.auth.api, other, exchange.auth.api, other].map((api) => api.ensureAccount(account)),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await exchange.auth.api.ensureAccount({ ...account, password: 'another horse 99' })).toBe(ids[0]);
    const { body } = await exchange.call('/auth/login', person);
    expect(body.user).toMatchObject({
      id: ids[0],
      handle: 'first_admin',
      displayName: 'Ada',
      bio: 'Runs it',
    });
  });

  test('tells the audit trail who has made an admin', async () => {
    const account = { ...exchange.fresh(), handle: 'from_settings', role: 'admin' as const };
    const id = await exchange.auth.api.ensureAccount(account, SETTINGS);
    await exchange.auth.api.ensureAccount(account, CLI);
    expect(await readAudit(exchange.db, { subject: `user ${id}` }, 5)).toMatchObject([
      { actor: 'settings', action: 'user.create' },
    ]);
  });

  test('twelve people at once are no burden, and cost no hash the second time', async () => {
    const people = Array.from({ length: 12 }, () => exchange.fresh());
    const seed = (api: AuthApi) =>
      Promise.all(
        people.map((person, n) => api.ensureAccount({ ...person, handle: `seed_${n}`, role: 'collector' })),
      );
    const ids = await seed(exchange.auth.api);
    expect(new Set(ids).size).toBe(12);
    let hashes = 0;
    const passwords = createPasswords();
    const counting = createAccounts(exchange.context(), {
      ...passwords,
      hash: (password) => {
        hashes++;
        return passwords.hash(password);
      },
    });
    expect(await seed({ ...exchange.auth.api, ensureAccount: counting.ensure })).toEqual(ids);
    expect(hashes).toBe(0);
  });

  test('what cannot be made says why', async () => {
    const taken = await exchange.registered();
    const account = {
      ...exchange.fresh(),
      handle: taken.answer.body.user.handle,
      role: 'collector' as const,
    };
    await expect(exchange.auth.api.ensureAccount(account)).rejects.toThrow('handle_taken');
    await expect(exchange.auth.api.ensureAccount({ ...account, password: 'short' })).rejects.toThrow(
      '10 characters',
    );
  });
});

test('nothing secret has reached the log in all of this', () => {
  exchange.expectNothingSecretLogged('the connection was lost');
});

test('people who joined before sign in with the one password that they share', async () => {
  const past = (n: number) => ({
    ...{ email: `past${n}@mail.example`, handle: `past_person_${n}`, displayName: `Past ${n}`, bio: '' },
    joinedAt: new Date(Date.UTC(2024, 0, n)),
  });
  const { api } = authModule.create(exchange.context());
  const password = 'a shared word for all';
  const imported = await api.importAccounts([past(1), past(2)], password);
  if (!imported.ok) throw new Error(imported.error.code);
  const signIn = (word: string) =>
    exchange.call('/auth/login', { email: past(2).email, password: word }, { from: '10.9.9.9' });
  expect((await signIn(password)).body.user).toMatchObject({
    id: imported.value[1],
    handle: 'past_person_2',
  });
  expect((await signIn('another word')).body.code).toBe('invalid_credentials');
  expect(await api.importAccounts([past(3), past(1)], password)).toMatchObject({
    error: { code: 'email_taken' },
  });
  expect(await api.importAccounts([past(3)], 'short')).toMatchObject({
    error: { code: 'validation_failed' },
  });
  expect(await exchange.users.byEmail(past(3).email)).toBeUndefined();
});
