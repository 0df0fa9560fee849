import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../../tests/support/rounds.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { atomically, type Sql } from '../db/database.ts';
import { snapshotsOf } from '../invariants.ts';
import { createLogger } from '../log/log.ts';
import { audit, CLI, originOf, readAudit, SYSTEM } from './audit.ts';
import { auditChecks } from './checks.ts';
import { tellAuditJob } from './tell.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
});
afterAll(() => database.close());

const check = auditChecks()[0]!;
const append = (subject: string, data = {}) =>
  atomically(database.db, (tx) => audit(tx, CLI, { action: 'test.act', subject, data }));

test('acts at once stand in one order, each after the one before it', async () => {
  await rounds(60, 8, (round) => append(`thing ${round}`, { round, name: 'Ä “quoted” \u0001' }));
  const report = await check.run(snapshotsOf(database.db));
  expect(report).toEqual({ checked: 60, findings: [], total: 0 });
  const page = await readAudit(database.db, { action: 'test.act' }, 3);
  expect(page.map(({ number }) => number)).toEqual([60n, 59n, 58n]);
  expect(await readAudit(database.db, { subject: 'thing 7', before: 61n }, 5)).toMatchObject([
    { actor: 'cli', subject: 'thing 7', address: null },
  ]);
});

test('an act that is rolled back leaves no entry, and the trail stays whole', async () => {
  await expect(
    atomically(database.db, async (tx) => {
      await audit(tx, SYSTEM, { action: 'test.lost', subject: 'nothing' });
      throw new Error('the act fails');
    }),
  ).rejects.toThrow('the act fails');
  const by = originOf({ accountId: 'me' }, { ip: '192.0.2.7', id: 'r1' });
  await atomically(database.db, (tx) =>
    audit(tx, by, { action: 'test.kept', subject: 'one', data: { b: 1, a: [2] } }),
  );
  expect(await readAudit(database.db, { action: 'test.lost' }, 5)).toEqual([]);
  expect(await readAudit(database.db, { actor: 'me' }, 5)).toMatchObject([
    { data: '{"a":[2],"b":1}', address: '192.0.2.7', requestId: 'r1' },
  ]);
  expect((await check.run(snapshotsOf(database.db))).total).toBe(0);
});

test('each entry is written to the log once, in order, by whichever process, and without its data', async () => {
  await append('told', { note: 'hunter2' });
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const job = tellAuditJob({
    db: database.db,
    log: createLogger({ level: 'warn', format: 'json', destination }),
  });
  await Promise.all([job.run(), job.run(), job.run()]);
  await job.run();
  const lines = written.map((line) => JSON.parse(line));
  const entries = await database.db<{ number: bigint; hash: Buffer }[]>`
    select number, hash from platform.audit order by number`;
  expect(lines.map(({ number, hash }) => [number, hash])).toEqual(
    entries.map(({ number, hash }) => [Number(number), hash.toString('hex')]),
  );
  expect(lines.at(-1)).toMatchObject({ kind: 'audit', action: 'test.act', subject: 'told', actor: 'cli' });
  expect(written.join()).not.toContain('hunter2');
});

test('the database refuses to change, delete or empty it', async () => {
  const { db } = database;
  for (const attempt of [
    db`update platform.audit set subject = 'x' where number = 1`,
    db`delete from platform.audit where number = 1`,
    db`truncate platform.audit`,
  ]) {
    await expect(attempt).rejects.toThrow('only ever appended to');
  }
});

describe('what somebody with the rights of the database does is found', () => {
  const harms: [string, string, (sql: Sql) => Promise<unknown>][] = [
    [
      'a changed entry',
      'audit entry 5',
      (sql) => sql`update platform.audit set actor = 'x' where number = 5`,
    ],
    [
      'a changed time',
      'audit entry 5',
      (sql) => sql`update platform.audit set at = at + interval '1 ms' where number = 5`,
    ],
    ['a deleted entry', 'audit entry 6', (sql) => sql`delete from platform.audit where number = 5`],
    [
      'a deleted last entry',
      'audit trail',
      (sql) => sql`delete from platform.audit where number = (select max(number) from platform.audit)`,
    ],
    [
      'two entries in each other’s place',
      'audit entry 5',
      async (sql) => {
        await sql`update platform.audit set number = case number when 5 then -1 else number end`;
        await sql`update platform.audit set number = 5 where number = 6`;
        await sql`update platform.audit set number = 6 where number = -1`;
      },
    ],
    [
      'an entry with a hash that fits its new content',
      'audit entry 6',
      async (sql) => {
        const { hashOf } = await import('./audit.ts');
        const [row] = await sql`select *, request_id as "requestId" from platform.audit where number = 5`;
        const forged = { ...row, actor: 'x' } as never as Parameters<typeof hashOf>[1] & { previous: Buffer };
        await sql`update platform.audit set actor = 'x', hash = ${hashOf(forged.previous, forged)} where number = 5`;
      },
    ],
  ];
  test.each(harms)('%s', async (_, subject, harm) => {
    class Undo extends Error {}
    await database.db
      .begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await harm(tx);
        const report = await check.run((read) => read(tx));
        expect(report.findings.map((finding) => finding.subject)).toContain(subject);
        throw new Undo();
      })
      .catch((error) => {
        if (!(error instanceof Undo)) throw error;
      });
  });
});
