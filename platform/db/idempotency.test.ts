import { createHash, randomUUID } from 'node:crypto';
import { ok, refuse } from '@ece/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rounds } from '../../tests/support/rounds.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { atomically, isUniqueViolation, type Tx } from './database.ts';
import { type CallKey, callName, findEarlier, once, storeAnswers } from './idempotency.ts';
import { expireKeysJob } from './idempotency-expiry.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
  await database.db`create table effects (id uuid primary key, call text not null)`;
});
afterAll(() => database.close());

function callOf(body: unknown = {}, key: string = randomUUID(), accountId: string = randomUUID()): CallKey {
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return { accountId, key, operation: 'POST /things', hash };
}

const effectOf = (call: CallKey) => async (tx: Tx) => {
  const id = randomUUID();
  await tx`insert into effects values (${id}, ${call.key})`;
  return ok({ id });
};
const effects = async (call: CallKey) =>
  (await database.db`select id from effects where call = ${call.key}`).map((row) => row.id as string);
const keys = async (call: CallKey) =>
  await database.db`select 1 from platform.idempotency_keys where key = ${call.key}`;

test('calls that come together with one key have one effect and one answer, a hundred times over', async () => {
  let presented = 0;
  await rounds(100, 2, async () => {
    const call = callOf();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        once(database.db, call, effectOf(call), async ({ id }) => ({ id, version: ++presented })),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const [id, ...more] = await effects(call);
    expect(more).toEqual([]);
    expect(answers[0]).toMatchObject({ ok: true, value: { id } });
    const later = await once(database.db, call, effectOf(call), async () => ({ id: 'x', version: 0 }));
    expect(later).toEqual(answers[0]);
  });
});

test('a key with another body is refused and has no effect; another account may use it', async () => {
  const call = callOf({ a: 1 });
  await once(database.db, call, effectOf(call), async (effect) => effect);
  const other = callOf({ a: 2 }, call.key, call.accountId);
  const refused = await once(database.db, other, effectOf(call), async (effect) => effect);
  expect(refused).toEqual(refuse('idempotency_key_reused'));
  expect(await effects(call)).toHaveLength(1);
  const stranger = callOf({ a: 1 }, call.key);
  expect((await once(database.db, stranger, effectOf(call), async (effect) => effect)).ok).toBe(true);
  expect(await effects(call)).toHaveLength(2);
});

test('a refused call and a failed one leave no key, and the key is good for the next', async () => {
  const call = callOf();
  const work = effectOf(call);
  const refused = await once(
    database.db,
    call,
    async (tx) => {
      await work(tx);
      return refuse('price_changed');
    },
    async () => ({}),
  );
  expect(refused).toEqual(refuse('price_changed'));
  const failed = once(
    database.db,
    call,
    async () => {
      throw new Error('a bug');
    },
    async () => ({}),
  );
  await expect(failed).rejects.toThrow('a bug');
  expect([await effects(call), [...(await keys(call))]]).toEqual([[], []]);
  expect((await once(database.db, call, work, async (effect) => effect)).ok).toBe(true);
});

test('a refused call does not hold up or decide the one that waits for its key', async () => {
  const call = callOf();
  const inside = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const first = once(
    database.db,
    call,
    async () => {
      inside.resolve();
      await goOn.promise;
      return refuse('price_changed');
    },
    async () => ({}),
  );
  await inside.promise;
  const second = once(database.db, call, effectOf(call), async (effect) => effect);
  goOn.resolve();
  expect(await first).toEqual(refuse('price_changed'));
  expect(await second).toMatchObject({ ok: true, value: { id: (await effects(call))[0] } });
});

test('a process that dies between the commit and the answer leaves the answer to the next call', async () => {
  const call = callOf();
  const dying = once(database.db, call, effectOf(call), async () => {
    throw new Error('killed');
  });
  await expect(dying).rejects.toThrow('killed');
  const [id] = await effects(call);
  const again = await once(database.db, call, effectOf(call), async (effect) => ({ ...effect, told: true }));
  expect(again).toEqual(ok({ id, told: true }));
  expect(await effects(call)).toEqual([id]);
});

test('keys of a batch are stored with their answers, found again, and collide', async () => {
  const calls = [callOf({ n: 1 }), callOf({ n: 2 }), callOf({ n: 3 })];
  await atomically(database.db, (tx) =>
    storeAnswers(
      tx,
      calls.slice(0, 2).map((call, n) => ({ call, answer: { n } })),
    ),
  );
  const changed = { ...calls[1]!, hash: calls[2]!.hash };
  const earlier = await atomically(database.db, (tx) => findEarlier(tx, [calls[0]!, changed, calls[2]!]));
  expect(earlier.size).toBe(2);
  expect(earlier.get(callName(calls[0]!))).toEqual({ sameRequest: true, answer: { n: 0 } });
  expect(earlier.get(callName(changed))?.sameRequest).toBe(false);
  const collision = await atomically(database.db, (tx) =>
    storeAnswers(tx, [{ call: calls[0]!, answer: {} }]),
  ).catch((error: unknown) => error);
  expect(isUniqueViolation(collision)).toBe(true);
});

test('keys are forgotten after their time, and not before', async () => {
  const [old, young] = [callOf(), callOf()];
  for (const call of [old, young]) await once(database.db, call, effectOf(call), async ({ id }) => ({ id }));
  await database.db`update platform.idempotency_keys set created_at = now() - interval '31 days' where key = ${old.key}`;
  await database.db`update platform.idempotency_keys set created_at = now() - interval '29 days' where key = ${young.key}`;
  while (await expireKeysJob(database.db).run());
  expect(await keys(old)).toHaveLength(0);
  expect(await keys(young)).toHaveLength(1);
});
