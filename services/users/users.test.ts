import { operations } from '@ece/contract';
import { CLI, readAudit, SYSTEM } from '@ece/platform/audit/audit';
import { atomically, type Database } from '@ece/platform/db/database';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { readTopic } from '@ece/platform/outbox/publish';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { freezeAccount, readBalance } from '@ece/vault';
import { Ajv, type AnySchema } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { type NewUser, type PublicPerson, type User, type UsersApi, users as usersModule } from './api.ts';

let database: ServiceDatabase;
let db: Database;
let users: UsersApi;
/** A second process of the service on the same database. */
let elsewhere: UsersApi;
let app: FastifyInstance;
let caller: Principal | undefined;

beforeAll(async () => {
  database = await serviceDatabase([usersModule.migrations]);
  db = database.db;
  const instance = usersModule.create({ db });
  users = instance.api;
  elsewhere = usersModule.create({ db }).api;
  app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  app.addHook('onRequest', async (request) => {
    request.principal = caller;
  });
  instance.routes(app);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await database.close();
});

let count = 0;
const freshEmail = () => `person${++count}@example.org`;

async function create(person: Partial<NewUser> = {}) {
  return users.create({ id: newId(), email: freshEmail(), ...person });
}

async function active(person: Partial<NewUser> = {}): Promise<User> {
  const created = await create(person);
  if (!created.ok) throw new Error(created.error.code);
  const activated = await users.activate(created.value.id);
  if (!activated.ok) throw new Error(activated.error.code);
  return activated.value;
}

const code = (result: { ok: true } | { ok: false; error: { code: string } }) =>
  result.ok ? 'ok' : result.error.code;

const ajv = new Ajv({ strict: false });
function expectFits(schema: unknown, value: unknown) {
  expect(ajv.validate(schema as AnySchema, value), ajv.errorsText()).toBe(true);
}

async function call(method: 'GET' | 'PATCH', path: string, as?: User, body?: object) {
  caller = as && { accountId: as.id, role: as.role, sessionId: newId() };
  const response = await app.inject({ method, url: `/api/v1${path}`, ...(body && { payload: body }) });
  return { status: response.statusCode, body: response.json() };
}

describe('registration', () => {
  test('opens the vault account with the person, who is hidden until they are active', async () => {
    const created = await create({ email: 'Nora.Falk@Example.org' });
    if (!created.ok) throw new Error(created.error.code);
    const { id } = created.value;
    expect(created.value).toMatchObject({
      email: 'nora.falk@example.org',
      handle: 'nora_falk',
      displayName: 'nora_falk',
      role: 'collector',
    });
    expect(await readBalance(db, id)).toEqual({ available: 0n, held: 0n });
    expect(await users.byEmail('nora.falk@example.org')).toBeUndefined();
    expect(await users.byHandle('nora_falk')).toBeUndefined();
    expect(await users.byIds([id])).toEqual([]);
    expect(code(await users.activate(id))).toBe('ok');
    expect(code(await users.activate(id))).toBe('ok');
    expect((await users.byEmail('NORA.FALK@example.org'))?.id).toBe(id);
    expect((await users.byHandle('nora_falk'))?.id).toBe(id);
  });

  test('a refused one leaves nothing, not even a vault account', async () => {
    const taken = await active();
    const id = newId();
    expect(code(await create({ id, email: taken.email.toUpperCase() }))).toBe('email_taken');
    expect(code(await create({ id, handle: taken.handle }))).toBe('handle_taken');
    expect(code(await create({ id, handle: 'support' }))).toBe('handle_reserved');
    expect(await readBalance(db, id)).toBeUndefined();
    expect(code(await users.activate(id))).toBe('email_taken');
  });

  test('the same id again changes nothing', async () => {
    const person = { id: newId(), email: freshEmail(), handle: 'twice_the_same' };
    const results = await Promise.all([users.create(person), users.create(person), elsewhere.create(person)]);
    expect(new Set(results.map((result) => (result.ok ? result.value.id : result.error.code)))).toEqual(
      new Set([person.id]),
    );
    await users.activate(person.id);
    expect(code(await users.create(person))).toBe('ok');
    expect((await users.byHandle('twice_the_same'))?.id).toBe(person.id);
  });

  test('one that a crash left pending is replaced and can never come to life again', async () => {
    const email = freshEmail();
    const first = await create({ email, handle: 'left_behind' });
    const second = await create({ email, handle: 'left_behind' });
    if (!first.ok || !second.ok) throw new Error('refused');
    expect(second.value.id).not.toBe(first.value.id);
    expect(await readBalance(db, second.value.id)).toBeDefined();
    expect(code(await users.activate(first.value.id))).toBe('email_taken');
    expect(code(await users.activate(second.value.id))).toBe('ok');
    expect((await users.byEmail(email))?.id).toBe(second.value.id);
  });

  test('one that is abandoned loses its e-mail and handle; a fresh or finished one does not', async () => {
    const old = await create({ handle: 'abandoned' });
    const fresh = await create({ handle: 'under_way' });
    const done = await active({ handle: 'long_done' });
    if (!old.ok || !fresh.ok) throw new Error('refused');
    await db`update users.users set created_at = now() - interval '2 hours'
      where id = any(${[old.value.id, done.id]}::uuid[])`;
    for (const job of usersModule.create({ db }).jobs) expect(await job.run()).toBe(false);
    expect(code(await create({ handle: 'abandoned' }))).toBe('ok');
    expect(code(await create({ handle: 'under_way' }))).toBe('handle_taken');
    expect(await users.byHandle('long_done')).toBeDefined();
  });

  test('handles made from the same name differ, also when many register at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, n) => create({ email: `same.name@host${n}.example` })),
    );
    const handles = made.map((result) => (result.ok ? result.value.handle : result.error.code));
    expect(new Set(handles).size).toBe(12);
    for (const handle of handles) expect(handle).toMatch(/^same_name(_[0-9a-f]{1,5})?$/);
  });

  test('100 rounds of the same e-mail at once: exactly one account, the others are told', async () => {
    for (let round = 0; round < 100; round++) {
      const email = freshEmail();
      const ids = [newId(), newId(), newId()];
      const results = await Promise.all(
        ids.map(async (id, n) => {
          const process = n === 0 ? users : elsewhere;
          const created = await process.create({ id, email });
          return created.ok ? process.activate(id) : created;
        }),
      );
      expect(results.map(code).sort()).toEqual(['email_taken', 'email_taken', 'ok']);
      const winner = ids[results.findIndex((result) => result.ok)]!;
      expect((await users.byEmail(email))?.id).toBe(winner);
      expect(await readBalance(db, winner)).toBeDefined();
    }
  });

  test('100 rounds of the same handle at once: exactly one has it, the others are told', async () => {
    for (let round = 0; round < 100; round++) {
      const handle = `wanted_${round}`;
      const results = await Promise.all(
        [users, elsewhere, users].map((process) =>
          process.create({ id: newId(), email: freshEmail(), handle }),
        ),
      );
      expect(results.map(code).sort()).toEqual(['handle_taken', 'handle_taken', 'ok']);
    }
  });
});

describe('profiles', () => {
  test('one sees oneself with the e-mail, others without', async () => {
    const person = await active({ handle: 'ida_public', bio: 'Collects foxes' });
    const me = await call('GET', '/users/me', person);
    expect(me.status).toBe(200);
    expectFits(operations.users.me.response, me.body);
    expect(me.body).toMatchObject({ id: person.id, email: person.email });
    for (const viewer of [undefined, await active()]) {
      const seen = await call('GET', '/users/ida_public', viewer);
      expect(seen.status).toBe(200);
      expectFits(operations.users.get.response, seen.body);
      expect(JSON.stringify(seen.body)).not.toContain('@');
    }
    expect(await call('GET', '/users/nobody_here')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect(await call('GET', '/users/me')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  test('a change is kept; what is left out stays', async () => {
    const person = await active({ bio: 'before' });
    const changed = await call('PATCH', '/users/me', person, {
      displayName: '  Ida Lind ',
      handle: 'ida_changed',
    });
    expect(changed.status).toBe(200);
    expectFits(operations.users.updateMe.response, changed.body);
    expect(changed.body).toMatchObject({ displayName: 'Ida Lind', handle: 'ida_changed', bio: 'before' });
    expect((await call('GET', '/users/me', person)).body).toEqual(changed.body);
    expect((await call('PATCH', '/users/me', person, {})).body).toEqual(changed.body);
  });

  test('refused changes change nothing', async () => {
    const other = await active();
    const person = await active();
    const before = await users.byIds([person.id]);
    for (const [body, expected] of [
      [{ handle: other.handle, bio: 'x' }, 'handle_taken'],
      [{ handle: 'e_c_e', bio: 'x' }, 'handle_reserved'],
      [{ handle: 'No Spaces' }, 'validation_failed'],
      [{ handle: 'me' }, 'validation_failed'],
      [{ displayName: '   ' }, 'validation_failed'],
      [{ displayName: 'two\nlines' }, 'validation_failed'],
      [{ bio: 'nul\u0000' }, 'validation_failed'],
      [{ bio: 'x'.repeat(501) }, 'validation_failed'],
      [{ role: 'admin' }, 'validation_failed'],
      [{ email: 'a@b.example' }, 'validation_failed'],
    ] as const) {
      const answer = await call('PATCH', '/users/me', person, body);
      expect(answer.body.code, JSON.stringify(body)).toBe(expected);
    }
    expect(await users.byIds([person.id])).toEqual(before);
  });

  test('staff may have a reserved handle', async () => {
    const admin = await active({ handle: 'support', role: 'admin' });
    expect((await call('PATCH', '/users/me', admin, { handle: 'help' })).body).toMatchObject({
      handle: 'help',
    });
  });
});

describe('handles for lists', () => {
  test('a change shows at once in the same process', async () => {
    const [one, two] = [await active(), await active()];
    const ids = [one.id, two.id, newId()];
    expect(await users.handles(ids)).toEqual({ [one.id]: one.handle, [two.id]: two.handle });
    await call('PATCH', '/users/me', one, { handle: 'freshly_named' });
    expect(await users.handles(ids)).toEqual({ [one.id]: 'freshly_named', [two.id]: two.handle });
    expect(await users.handles([])).toEqual({});
  });
});

describe('roles', () => {
  test('the last admin stays one, also when admins demote each other at the same moment', async () => {
    await db`update users.users set role = 'collector' where role = 'admin'`;
    const [one, two] = [await active({ role: 'admin' }), await active({ role: 'admin' })];
    for (let round = 0; round < 30; round++) {
      const results = await Promise.all([
        users.setRole(one.id, 'collector', SYSTEM),
        elsewhere.setRole(two.id, 'moderator', SYSTEM),
      ]);
      expect(results.map(code).sort()).toEqual(['last_admin', 'ok']);
      await atomically(
        db,
        (tx) => tx`update users.users set role = 'admin'
        where id = any(${[one.id, two.id]}::uuid[])`,
      );
    }
    expect(code(await users.setRole(newId(), 'admin', SYSTEM))).toBe('not_found');
    const pending = await create();
    if (!pending.ok) throw new Error('refused');
    expect(code(await users.setRole(pending.value.id, 'admin', SYSTEM))).toBe('not_found');
  });
});

describe('frozen staff', () => {
  const freeze = (id: string) =>
    atomically(db, async (tx) => expect((await freezeAccount(tx, id, 'x')).ok).toBe(true));
  const by = ({ id }: User) => ({ actor: id, address: null, requestId: null });

  test('gives no roles', async () => {
    const [boss, person] = [await active({ role: 'admin' }), await active()];
    await freeze(boss.id);
    expect(code(await users.setRole(person.id, 'admin', by(boss)))).toBe('account_frozen');
    expect((await users.byIds([person.id]))[0]?.role).toBe('collector');
    expect(await readAudit(db, { actor: boss.id }, 5)).toEqual([]);
  });

  test('does not count as an admin who is left', async () => {
    await db`update users.users set role = 'collector' where role = 'admin'`;
    const [boss, frozen] = [await active({ role: 'admin' }), await active({ role: 'admin' })];
    await freeze(frozen.id);
    expect(code(await users.setRole(boss.id, 'collector', SYSTEM))).toBe('last_admin');
    expect(code(await users.setRole(frozen.id, 'collector', by(boss)))).toBe('ok');
  });
});

test('who makes staff is kept in the trail, once; collectors are not', async () => {
  const made = await create({ role: 'moderator', handle: 'kept_in_trail' });
  if (!made.ok) throw new Error(made.error.code);
  const subject = `user ${made.value.id}`;
  expect(await readAudit(db, { subject }, 5)).toEqual([]);
  await users.activate(made.value.id, CLI);
  await users.activate(made.value.id, CLI);
  expect(await readAudit(db, { subject }, 5)).toMatchObject([
    { actor: 'cli', action: 'user.create', data: '{"handle":"kept_in_trail","role":"moderator"}' },
  ]);
  const collector = await active();
  expect(await readAudit(db, { subject: `user ${collector.id}` }, 5)).toEqual([]);
});

describe('what is told of people', () => {
  const eventsOf = async (id: string) =>
    (await readTopic(db, `user:${id}`, 0n, 100)).map(({ type, data }) => ({ type, data }));

  test('their registration once, then their changes, and never an e-mail', async () => {
    const person = await active({ handle: 'told_of' });
    await users.activate(person.id);
    await users.setRole(person.id, 'moderator', SYSTEM);
    await call('PATCH', '/users/me', person, { handle: 'told_anew' });
    const events = await eventsOf(person.id);
    expect(events).toEqual([
      { type: 'user.registered', data: { userId: person.id, handle: 'told_of' } },
      { type: 'user.changed', data: { userId: person.id, handle: 'told_of' } },
      { type: 'user.changed', data: { userId: person.id, handle: 'told_anew' } },
    ]);
  });

  test('nothing of a registration that is pending, nor of a change that is refused', async () => {
    const pending = await create();
    expect(pending.ok && (await eventsOf(pending.value.id))).toEqual([]);
    const [first, second] = [await active(), await active()];
    expect((await call('PATCH', '/users/me', second, { handle: first.handle })).body).toMatchObject({
      code: 'handle_taken',
    });
    expect((await eventsOf(second.id)).map(({ type }) => type)).toEqual(['user.registered']);
  });

  test('people are listed by id, page by page, without e-mails and without who is pending', async () => {
    const pending = await create();
    const seen: PublicPerson[] = [];
    for (;;) {
      const page = await users.peopleAfter(seen.at(-1)?.id, 7);
      seen.push(...page);
      if (page.length < 7) break;
    }
    const ids = seen.map(({ id }) => id);
    const [row] = await db`select count(*)::int as n from users.users where state = 'active'`;
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(row!.n);
    expect(pending.ok && ids.includes(pending.value.id)).toBe(false);
    expect(JSON.stringify(seen)).not.toContain('@example.org');
  });
});

describe('people who joined before', () => {
  const past = (change: object = {}) => {
    const id = newId();
    const handle = `past_${id.slice(-12)}`;
    const names = { handle, displayName: 'Some One', bio: '', email: freshEmail() };
    return { id, ...names, joinedAt: new Date(Date.UTC(2024, 0, 1)), ...change };
  };

  test('are active at once, with their accounts and dates', async () => {
    const people = [past({ email: 'Upper.Case@Example.org' }), past()];
    expect(await users.importPeople(people)).toEqual({ ok: true, value: undefined });
    expect(await users.byEmail('upper.case@example.org')).toMatchObject({
      ...{ id: people[0]!.id, role: 'collector', createdAt: people[0]!.joinedAt },
    });
    expect(await readBalance(db, people[1]!.id)).toEqual({ available: 0n, held: 0n });
  });

  test('are brought in all or none', async () => {
    const first = past();
    expect(code(await users.importPeople([first]))).toBe('ok');
    const fresh = past();
    expect(code(await users.importPeople([fresh, past({ handle: first.handle })]))).toBe('handle_taken');
    expect(code(await users.importPeople([fresh, past({ email: first.email })]))).toBe('email_taken');
    expect(code(await users.importPeople([fresh, past({ handle: 'admin' })]))).toBe('handle_reserved');
    expect(await users.byIds([fresh.id])).toEqual([]);
  });
});
