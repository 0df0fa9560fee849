import type { AuthApi } from '@ece/auth';
import { operations } from '@ece/contract';
import type { NftsApi } from '@ece/nfts';
import { auditChecks } from '@ece/platform/audit/checks';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { snapshotsOf } from '@ece/platform/invariants';
import { createLogger } from '@ece/platform/log/log';
import { readTopic } from '@ece/platform/outbox/publish';
import { type Announcement, announce } from '@ece/platform/presence/announce';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { type User, type UsersApi, users as usersModule } from '@ece/users';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../../tests/support/rounds.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { admin } from './api.ts';

const calls = operations.admin;
const SET = { id: newId(), code: 'TST', name: 'Test', royaltyBasisPoints: 0, creatorId: newId() };

let database: ServiceDatabase;
let app: FastifyInstance;
let users: UsersApi;
/** Sessions that have ended. */
const ended = new Set<string>();
let people: Record<'ann' | 'ben' | 'moderator' | 'admin' | 'other', User>;

async function make(handle: string, role: User['role']): Promise<User> {
  const id = newId();
  await users.create({ id, email: `${handle}@example.org`, handle, role });
  const made = await users.activate(id);
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

beforeAll(async () => {
  database = await serviceDatabase([usersModule.migrations]);
  const { db } = database;
  users = usersModule.create({ db, hint: () => {} } as never).api;
  const nfts = {
    setByCode: async (code: string) => (code === SET.code ? SET : undefined),
    setFacts: async (ids: string[]) => (ids.includes(SET.id) ? { [SET.id]: SET } : {}),
  } as unknown as NftsApi;
  const auth = { isLive: async (id: string) => !ended.has(id) } as unknown as AuthApi;
  const service = admin.create({ db, users, nfts, auth, auditLog: undefined, hint: () => {} });
  app = createApp({ log: createLogger({ level: 'error', format: 'json' }), metrics: createMetrics() });
  app.addHook('onRequest', async (request) => {
    const header = request.headers['x-test-person'];
    if (header) request.principal = JSON.parse(String(header)) as Principal;
  });
  service.routes(app);
  await app.ready();
  people = {
    ann: await make('ann_one', 'collector'),
    ben: await make('ben_one', 'collector'),
    moderator: await make('mod_one', 'moderator'),
    other: await make('mod_two', 'moderator'),
    admin: await make('adm_one', 'admin'),
  };
});
afterAll(async () => {
  await app.close();
  await database.close();
});

async function call(
  who: User | undefined,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  sessionId = 'live',
) {
  const principal = who && { accountId: who.id, role: who.role, sessionId };
  const response = await app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...(principal && { 'x-test-person': JSON.stringify(principal) }) },
    ...(body && { payload: body }),
  });
  return { status: response.statusCode, body: response.json() };
}

const entries = async (query = '') => (await call(people.admin, 'GET', `/admin/audit${query}`)).body.items;

describe('halts', () => {
  test('are told to everybody, on the topic exchange and in the trail', async () => {
    const made = await call(people.admin, 'POST', '/admin/halt', { setCode: 'TST', reason: 'wrong cards' });
    expect(made).toMatchObject({
      status: 201,
      body: { setId: SET.id, setCode: 'TST', withdrawals: false, until: null },
    });
    const again = await call(people.admin, 'POST', '/admin/halt', { setCode: 'TST', reason: 'again' });
    expect(again).toMatchObject({ status: 409, body: { code: 'already_halted' } });
    expect((await call(undefined, 'GET', '/status')).body.halts).toMatchObject([
      { id: made.body.id, setCode: 'TST', reason: 'wrong cards' },
    ]);
    const resumed = await call(people.admin, 'POST', '/admin/resume', {
      setCode: 'TST',
      reason: 'corrected',
    });
    expect(resumed).toMatchObject({ status: 200, body: { id: made.body.id } });
    expect(resumed.body.until).not.toBeNull();
    expect((await call(undefined, 'GET', '/status')).body.halts).toEqual([]);
    expect((await call(people.admin, 'POST', '/admin/resume', {})).body.code).toBe('not_halted');
    expect((await call(people.admin, 'POST', '/admin/halt', { setCode: 'NONE', reason: 'x' })).status).toBe(
      404,
    );
    expect(await readTopic(database.db, 'exchange', 0n, 10)).toMatchObject([
      { type: 'trading.halted', data: { haltId: made.body.id, setCode: 'TST', reason: 'wrong cards' } },
      { type: 'trading.resumed', data: { haltId: made.body.id, at: resumed.body.until } },
    ]);
    expect(await entries(`?subject=${encodeURIComponent(`set ${SET.id}`)}`)).toMatchObject([
      {
        action: 'trading.resume',
        actor: people.admin.id,
        actorHandle: 'adm_one',
        data: { reason: 'corrected' },
      },
      { action: 'trading.halt', address: '127.0.0.1', data: { reason: 'wrong cards', withdrawals: false } },
    ]);
    expect((await call(people.moderator, 'GET', '/admin/halts?limit=1')).body.items).toHaveLength(1);
  });

  test('are refused without a reason, and leave nothing where they are refused', async () => {
    const before = await entries();
    for (const reason of ['', '  ', 'two\nlines', undefined]) {
      expect((await call(people.admin, 'POST', '/admin/halt', { reason })).status).toBe(400);
    }
    expect((await call(people.admin, 'POST', '/admin/halt', { reason: 'x' }, 'live')).status).toBe(201);
    expect((await call(people.admin, 'POST', '/admin/halt', { reason: 'x' })).status).toBe(409);
    await call(people.admin, 'POST', '/admin/resume', {});
    expect(await entries()).toHaveLength(before.length + 2);
  });
});

describe('freezes', () => {
  const freeze = (who: User, handle: string) =>
    call(who, 'POST', '/admin/freeze', { handle, reason: 'a complaint' });

  test('are for moderators where it is a collector, for admins everywhere, for nobody on themselves', async () => {
    const { ann, ben, moderator, other, admin } = people;
    expect(await freeze(ann, ben.handle)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await freeze(moderator, ann.handle)).toMatchObject({ status: 201, body: { accountId: ann.id } });
    expect((await freeze(moderator, ann.handle)).body.code).toBe('already_frozen');
    for (const staff of [other, moderator, admin]) {
      expect(await freeze(moderator, staff.handle)).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
    }
    expect((await freeze(admin, other.handle)).status).toBe(201);
    expect((await freeze(admin, admin.handle)).status).toBe(403);
    expect((await freeze(admin, 'nobody_here')).status).toBe(404);
    const unfreeze = (who: User, handle: string) => call(who, 'POST', '/admin/unfreeze', { handle });
    expect((await unfreeze(moderator, other.handle)).status).toBe(403);
    expect((await unfreeze(admin, other.handle)).body).toMatchObject({ id: other.id, frozen: null });
    expect((await unfreeze(moderator, ann.handle)).status).toBe(200);
    expect((await unfreeze(moderator, ann.handle)).body.code).toBe('not_frozen');
    expect(await entries('?action=account.freeze')).toMatchObject([
      { actor: admin.id, subject: `user ${other.id}` },
      { actor: moderator.id, subject: `user ${ann.id}`, data: { handle: 'ann_one', reason: 'a complaint' } },
    ]);
  });

  test('are told to their account, with the reason', async () => {
    const { ben, moderator } = people;
    const topic = `user:${ben.id}`;
    const before = await readTopic(database.db, topic, 0n, 100);
    expect((await freeze(moderator, ben.handle)).status).toBe(201);
    expect((await freeze(moderator, ben.handle)).status).toBe(409);
    await call(moderator, 'POST', '/admin/unfreeze', { handle: ben.handle, reason: 'cleared up' });
    await freeze(moderator, ben.handle);
    await call(moderator, 'POST', '/admin/unfreeze', { handle: ben.handle });
    const told = (await readTopic(database.db, topic, 0n, 100)).slice(before.length);
    expect(told.map(({ type, data }) => [type, data])).toEqual([
      ['account.frozen', { reason: 'a complaint' }],
      ['account.unfrozen', { reason: 'cleared up' }],
      ['account.frozen', { reason: 'a complaint' }],
      ['account.unfrozen', { reason: null }],
    ]);
  });

  test('show in the list of people, which can be searched', async () => {
    const { ben, moderator } = people;
    await freeze(moderator, ben.handle);
    const list = async (query: string) =>
      (await call(moderator, 'GET', `/admin/users${query}`)).body.items.map((user: User) => user.handle);
    expect(await list('?frozen=true')).toEqual(['ben_one']);
    expect(await list('?role=moderator')).toEqual(['mod_one', 'mod_two']);
    expect(await list('?q=AN')).toEqual(['ann_one']);
    expect(await list('?q=ben_one@example.org')).toEqual(['ben_one']);
    expect(await list('?frozen=false&role=collector')).toEqual(['ann_one']);
    const first = (await call(moderator, 'GET', '/admin/users?limit=2')).body;
    const rest = (await call(moderator, 'GET', `/admin/users?cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...rest.items].map((user: User) => user.handle)).toEqual([
      ...['adm_one', 'ann_one', 'ben_one', 'mod_one', 'mod_two'],
    ]);
    expect(first.items[0]).not.toHaveProperty('email');
    await call(moderator, 'POST', '/admin/unfreeze', { handle: ben.handle });
  });
});

test('people are found page by page, each page full, whatever is asked for', async () => {
  const { moderator, admin } = people;
  const handles = Array.from({ length: 24 }, (_, index) => `pages_${String(index).padStart(2, '0')}`);
  const frozen: string[] = [];
  const free: string[] = [];
  for (const [index, handle] of handles.entries()) {
    await make(handle, index % 2 ? 'collector' : 'moderator');
    if (index % 3) free.push(handle);
    else {
      frozen.unshift(handle);
      await call(admin, 'POST', '/admin/freeze', { handle, reason: 'x' });
    }
  }
  const pages = async (query: string) => {
    const read: string[][] = [];
    let cursor: string | null = null;
    do {
      const url: string = `/admin/users?limit=3&${query}${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await call(moderator, 'GET', url);
      read.push(body.items.map((user: User) => user.handle));
      cursor = body.nextCursor;
    } while (cursor);
    expect(read.slice(0, -1).every((page) => page.length === 3)).toBe(true);
    return read.flat();
  };
  const collectors = (all: string[]) => all.filter((handle) => Number(handle.slice(-2)) % 2 === 1);
  expect(await pages('q=pages_')).toEqual(handles);
  expect(await pages('q=PAGES_&frozen=false')).toEqual(free);
  expect(await pages('q=pages_&frozen=true')).toEqual(frozen);
  expect(await pages('q=pages_&frozen=true&role=collector')).toEqual(collectors(frozen));
  expect(await pages('q=pages_&frozen=false&role=collector')).toEqual(collectors(free));
  expect(await pages('q=pages_03&frozen=true')).toEqual(['pages_03']);
  expect(await pages('q=pages_03&frozen=false')).toEqual([]);
  for (const handle of frozen) await call(admin, 'POST', '/admin/unfreeze', { handle });
});

describe('frozen staff', () => {
  const acts = [
    ['/admin/halt', { reason: 'x' }],
    ['/admin/resume', {}],
    ['/admin/freeze', { handle: 'ann_one', reason: 'x' }],
    ['/admin/unfreeze', { handle: 'ann_one' }],
  ] as const;
  const refused = { status: 403, body: { code: 'account_frozen' } };

  test('keeps no powers, may read, and has them back afterwards', async () => {
    const { admin, other } = people;
    const second = await make('adm_two', 'admin');
    expect((await call(admin, 'POST', '/admin/freeze', { handle: second.handle, reason: 'x' })).status).toBe(
      201,
    );
    await call(admin, 'POST', '/admin/freeze', { handle: other.handle, reason: 'x' });
    const before = await entries();
    for (const [path, body] of acts) {
      expect(await call(second, 'POST', path, body), path).toMatchObject(refused);
    }
    for (const [path, body] of acts.slice(2)) {
      expect(await call(other, 'POST', path, body), path).toMatchObject(refused);
    }
    expect(await call(second, 'POST', '/admin/unfreeze', { handle: other.handle })).toMatchObject(refused);
    expect(await entries()).toEqual(before);
    expect((await call(second, 'GET', '/admin/users')).status).toBe(200);
    expect((await call(second, 'GET', '/admin/audit')).status).toBe(200);
    for (const { handle } of [second, other]) await call(admin, 'POST', '/admin/unfreeze', { handle });
    expect((await call(second, 'POST', '/admin/halt', { reason: 'x' })).status).toBe(201);
    expect((await call(second, 'POST', '/admin/resume', {})).status).toBe(200);
  });

  test('of two admins who freeze each other at one moment one is refused', async () => {
    const { admin } = people;
    const third = await make('adm_three', 'admin');
    const freeze = (who: User, { handle }: User) =>
      call(who, 'POST', '/admin/freeze', { handle, reason: 'x' });
    await rounds(20, 1, async () => {
      const answers = await Promise.all([freeze(admin, third), freeze(third, admin)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 403]);
      const [winner, loser] = answers[0].status === 201 ? [admin, third] : [third, admin];
      expect((await call(winner, 'POST', '/admin/unfreeze', { handle: loser.handle })).status).toBe(200);
    });
  });
});

test('roles are kept in the trail, and its pages meet', async () => {
  const { ann, admin } = people;
  const by = { actor: admin.id, address: null, requestId: null };
  await users.setRole(ann.id, 'moderator', by);
  await users.setRole(ann.id, 'collector', by);
  expect(await entries('?action=user.role')).toMatchObject([
    { subject: `user ${ann.id}`, data: { role: 'collector' } },
    { subject: `user ${ann.id}`, data: { role: 'moderator' } },
  ]);
  const all = await entries('?limit=100');
  const first = (await call(admin, 'GET', '/admin/audit?limit=3')).body;
  const rest = (await call(admin, 'GET', `/admin/audit?limit=100&cursor=${first.nextCursor}`)).body;
  expect([...first.items, ...rest.items]).toEqual(all);
  const [check] = auditChecks();
  expect((await check!.run(snapshotsOf(database.db))).total).toBe(0);
});

test('who has lost the session does nothing any more, whatever the token says', async () => {
  ended.add('over');
  for (const [path, body] of [
    ['/admin/halt', { reason: 'x' }],
    ['/admin/resume', {}],
    ['/admin/freeze', { handle: 'ann_one', reason: 'x' }],
    ['/admin/unfreeze', { handle: 'ann_one' }],
  ] as const) {
    expect(await call(people.admin, 'POST', path, body, 'over')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  }
});

test('each call is for its role, and no lower one', async () => {
  const roles = { collector: people.ann, moderator: people.moderator };
  for (const declared of Object.values(calls)) {
    const operation = { ...declared, path: declared.path.replace(':id', people.ann.id) };
    const body = operation.method === 'POST' ? { handle: 'nobody_here', reason: 'x' } : undefined;
    const open = operation.access === 'public';
    expect((await call(undefined, operation.method, operation.path, body)).status, operation.path).toBe(
      open ? 200 : 401,
    );
    for (const [role, who] of Object.entries(roles)) {
      const allowed = open || (role === 'moderator' && operation.access === 'moderator');
      const { status } = await call(who, operation.method, operation.path, body);
      expect(status === 403, `${role} ${operation.path}`).toBe(!allowed);
    }
  }
});

test('one person is shown with every freeze, and the e-mail to admins alone', async () => {
  const { ben, moderator, admin } = people;
  for (const reason of ['first', 'second']) {
    await call(admin, 'POST', '/admin/freeze', { handle: ben.handle, reason });
    await call(admin, 'POST', '/admin/unfreeze', { handle: ben.handle });
  }
  await call(admin, 'POST', '/admin/freeze', { handle: ben.handle, reason: 'third' });
  const shown = (await call(admin, 'GET', `/admin/users/${ben.id}`)).body;
  expect(shown).toMatchObject({ handle: ben.handle, email: ben.email, frozen: { reason: 'third' } });
  const reasons = shown.freezes.slice(0, 3).map((freeze: { reason: string }) => freeze.reason);
  expect(reasons).toEqual(['third', 'second', 'first']);
  expect(shown.freezes[0].until).toBeNull();
  expect(shown.freezes[1].until).not.toBeNull();
  expect((await call(moderator, 'GET', `/admin/users/${ben.id}`)).body).toMatchObject({ email: null });
  expect((await call(admin, 'GET', `/admin/users/${newId()}`)).status).toBe(404);
  await call(admin, 'POST', '/admin/unfreeze', { handle: ben.handle });
});

test('health tells of consumers, the chain, the invariants and the halts', async () => {
  const health = (await call(people.admin, 'GET', '/admin/health')).body;
  expect(health).toMatchObject({ chain: { pending: 0 }, findings: 0, halts: [], frozen: 0 });
  expect(health.database.bytes).toBeGreaterThan(1_000_000);
});

test('health tells of processes and of their jobs; one that fell silent is not alive, and its jobs do not count', async () => {
  const { db } = database;
  const announced = ['gateway', 'auctions'].map((role) =>
    announce({
      db,
      roles: [role],
      version: '1',
      notReady: async () => (role === 'auctions' ? ['chain'] : []),
    }),
  );
  const [gateway, auctions] = announced as [Announcement, Announcement];
  gateway.ran('sweep', true, 5);
  gateway.ran('sweep', false, 9);
  auctions.ran('sweep', true, 2);
  for (const { job } of announced) await job.run();
  const health = async () => (await call(people.admin, 'GET', '/admin/health')).body;
  expect(await health()).toMatchObject({
    processes: [
      { roles: ['gateway'], alive: true, notReady: [] },
      { roles: ['auctions'], alive: true, notReady: ['chain'] },
    ],
    jobs: [{ name: 'sweep', processes: 2, runs: 3, failures: 1, failing: true, milliseconds: 9 }],
  });
  await db`update platform.processes set seen_at = seen_at - interval '31 seconds' where roles = '{gateway}'`;
  expect(await health()).toMatchObject({
    processes: [{ alive: false }, { alive: true }],
    jobs: [{ name: 'sweep', processes: 1, failing: false }],
  });
  for (const { leave } of announced) await leave();
  expect(await health()).toMatchObject({ processes: [], jobs: [] });
});
