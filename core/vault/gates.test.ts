import { ok } from '@ece/contract';
import { atomically, type Database, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import {
  type Act,
  currentHalts,
  freezeAccount,
  freezesOf,
  haltTrading,
  openAccounts,
  passGate,
  resumeTrading,
  unfreezeAccount,
} from './index.ts';

let database: ServiceDatabase;
let db: Database;
beforeAll(async () => {
  database = await serviceDatabase();
  db = database.db;
  await db`create table public.acts (at timestamptz not null default clock_timestamp(), account_id uuid)`;
});
afterAll(() => database.close());
afterEach(async () => {
  for (const { setId } of await currentHalts(db)) await transaction(db, (tx) => resumeTrading(tx, setId));
});

const pass = (act: Act) => transaction(db, (tx) => passGate(tx, act));
const halt = (setId: string | null = null, withdrawals = false) =>
  transaction(db, (tx) => haltTrading(tx, { setId, withdrawals, reason: 'a test' }));
const resume = (setId: string | null = null) => transaction(db, (tx) => resumeTrading(tx, setId));

async function accounts(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await atomically(db, (tx) => openAccounts(tx, ids));
  return ids;
}

describe('a halt', () => {
  test('of everything stops trade in every set, and withdrawals only where it says so', async () => {
    const sets = [newId()];
    expect(await halt()).toMatchObject({ ok: true });
    expect(await halt()).toMatchObject({ error: { code: 'already_halted' } });
    expect(await pass({ sets })).toMatchObject({
      error: { code: 'trading_halted', data: { setId: null, reason: 'a test' } },
    });
    expect(await pass({})).toMatchObject({ error: { code: 'trading_halted' } });
    expect(await pass({ sets, kind: 'withdrawal' })).toMatchObject({ ok: true });
    await resume();
    expect(await resume()).toMatchObject({ error: { code: 'not_halted' } });
    await halt(null, true);
    expect(await pass({ sets, kind: 'withdrawal' })).toMatchObject({ error: { code: 'withdrawals_halted' } });
    expect(await pass({ sets, kind: 'personal' })).toMatchObject({ ok: true });
  });

  test('of a set stops what is about that set, beside a halt of everything', async () => {
    const [one, two] = [newId(), newId()];
    await halt(one);
    await halt(null);
    await resume(null);
    expect(await pass({ sets: [two, one] })).toMatchObject({
      error: { code: 'trading_halted', data: { setId: one } },
    });
    expect(await pass({ sets: [two] })).toMatchObject({ ok: true });
    expect(await pass({})).toMatchObject({ ok: true });
  });
});

describe('a freeze', () => {
  test('stops every act of its account, and of no other', async () => {
    const [ann, ben] = (await accounts(2)) as [string, string];
    const freeze = () => transaction(db, (tx) => freezeAccount(tx, ann, 'a complaint'));
    expect(await freeze()).toMatchObject({ ok: true });
    expect(await freeze()).toMatchObject({ error: { code: 'already_frozen' } });
    expect((await freezesOf(db, [ann, ben])).get(ann)).toMatchObject({ reason: 'a complaint', until: null });
    for (const kind of ['trade', 'withdrawal', 'personal'] as const) {
      expect(await pass({ accounts: [ben, ann], kind })).toMatchObject({
        error: { code: 'account_frozen', data: { accountId: ann } },
      });
      expect(await pass({ accounts: [ben], kind })).toMatchObject({ ok: true });
    }
    expect(await transaction(db, (tx) => unfreezeAccount(tx, ann))).toMatchObject({ ok: true });
    expect(await transaction(db, (tx) => unfreezeAccount(tx, ann))).toMatchObject({
      error: { code: 'not_frozen' },
    });
    expect(await pass({ accounts: [ann] })).toMatchObject({ ok: true });
  });
});

describe('the moment', () => {
  test('a halt waits for the act that is under way, and the next act waits for the halt', async () => {
    const [inside, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const act = transaction(db, async (tx) => {
      const passed = await passGate(tx, {});
      inside.resolve();
      await leave.promise;
      return passed;
    });
    await inside.promise;
    const halted = halt();
    await vi.waitFor(
      async () => {
        const [row] =
          await db`select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted`;
        expect(row!.n).toBe(1);
      },
      { timeout: 30_000, interval: 20 },
    );
    const late = pass({});
    leave.resolve();
    expect([await act, await halted, await late]).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, error: { code: 'trading_halted' } },
    ]);
  });

  test('no act bears a time inside of a halt or of its account’s freeze', async () => {
    const people = await accounts(4);
    let over = false;
    const trade = async (accountId: string) => {
      let done = 0;
      while (!over) {
        const result = await transaction(db, async (tx) => {
          const passed = await passGate(tx, { accounts: [accountId] });
          if (!passed.ok) return passed;
          await tx`insert into public.acts (account_id) values (${accountId})`;
          return ok(undefined);
        });
        if (result.ok) done++;
      }
      return done;
    };
    const traders = people.map(trade);
    for (let round = 0; round < 60; round++) {
      await halt();
      await resume();
      const id = people[round % people.length]!;
      await transaction(db, (tx) => freezeAccount(tx, id, 'a test'));
      await transaction(db, (tx) => unfreezeAccount(tx, id));
    }
    over = true;
    const done = await Promise.all(traders);
    expect(Math.min(...done)).toBeGreaterThan(10);
    const [row] = await db`
      select (select count(*)::int from vault.halts) as halts,
        (select count(*)::int from public.acts a join vault.halts h on a.at > h.at and a.at < h.until) as halted,
        (select count(*)::int from public.acts a join vault.freezes f
          on f.account_id = a.account_id and a.at > f.at and a.at < f.until) as frozen`;
    expect(row).toMatchObject({ halted: 0, frozen: 0 });
    expect(row!.halts).toBeGreaterThan(60);
  });
});
