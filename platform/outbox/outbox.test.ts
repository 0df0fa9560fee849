import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { untilVisible } from '../../tests/support/horizon.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { atomically } from '../db/database.ts';
import { createLogger } from '../log/log.ts';
import { mirrorJob } from './mirror.ts';
import { publish, readTopic } from './publish.ts';
import { consume, currentPosition, type OrderedEvent, type Position, readAfter } from './reader.ts';
import { Relay } from './relay.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
});
afterAll(() => database.close());

/** The topics of those events that are on one of some topics: a reader may see some from before, too. */
const topicsOf = (events: OrderedEvent[], topics: string[]) =>
  events.map((e) => e.topic).filter((topic) => topics.includes(topic));

/** The position behind all that was written until now: what is still held back would be read from it as well. */
async function position(): Promise<Position> {
  await untilVisible(database.db);
  return await currentPosition(database.db);
}

const WAIT = { timeout: 30_000, interval: 20 };

const event = (topic: string, n: number, type = 'thing.done') => ({ topic, type, data: { n } });

test('numbers are dense within each topic, in the order given, across concurrent transactions', async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      atomically(database.db, (tx) => publish(tx, [event('a', n), event('b', n), event('a', n + 1000)])),
    ),
  );
  for (const [topic, count] of [
    ['a', 120],
    ['b', 60],
  ] as const) {
    const events = await readTopic(database.db, topic, 0n, 1000);
    expect(events.map((e) => Number(e.sequence))).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  }
});

test('a transaction that is rolled back leaves no gap', async () => {
  await atomically(database.db, (tx) => publish(tx, [event('gap', 1)]));
  await expect(
    atomically(database.db, async (tx) => {
      await publish(tx, [event('gap', 2)]);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  const last = await atomically(database.db, (tx) => publish(tx, [event('gap', 3)]));
  expect(last.get('gap')).toBe(2n);
});

test('a reader never passes a transaction that drew its numbers early and commits late', async () => {
  const start = await position();
  const early = Promise.withResolvers<void>();
  const drawn = Promise.withResolvers<void>();
  const slow = atomically(database.db, async (tx) => {
    await publish(tx, [event('slow', 1)]);
    drawn.resolve();
    await early.promise;
  });
  await drawn.promise;
  await atomically(database.db, (tx) => publish(tx, [event('quick', 1)]));
  const before = await readAfter(database.db, start, 100);
  expect(topicsOf(before.events, ['slow', 'quick'])).toEqual([]);
  early.resolve();
  await slow;
  // Transactions of other databases of this server hold the horizon back, too.
  await vi.waitFor(async () => {
    const after = await readAfter(database.db, before.end, 100);
    expect(topicsOf(after.events, ['slow', 'quick'])).toEqual(['slow', 'quick']);
  }, WAIT);
});

test('a topic’s events come in its order even where an older transaction drew the later number', async () => {
  const start = await position();
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const older = atomically(database.db, async (tx) => {
    await tx`select pg_current_xact_id()`;
    started.resolve();
    await go.promise;
    await publish(tx, [event('swap', 2)]);
  });
  await started.promise;
  await atomically(database.db, (tx) => publish(tx, [event('swap', 1)]));
  go.resolve();
  await older;
  await vi.waitFor(async () => {
    const { events } = await readAfter(database.db, start, 100);
    expect(events.filter((e) => e.topic === 'swap').map((e) => e.data.n)).toEqual([1, 2]);
  }, WAIT);
});

test('a durable consumer handles each event once, also when several run and some fail', async () => {
  await atomically(database.db, (tx) =>
    publish(
      tx,
      Array.from({ length: 300 }, (_, n) => event('work', n)),
    ),
  );
  await database.db`create table handled (topic text, sequence bigint, primary key (topic, sequence))`;
  let failures = 5;
  const worker = async () => {
    for (;;) {
      try {
        const more = await consume(
          database.db,
          'test',
          async (tx, events) => {
            await tx`insert into handled ${tx(events.map((e) => ({ topic: e.topic, sequence: e.sequence })))}`;
            if (failures-- > 0) throw new Error('broken');
          },
          { limit: 25 },
        );
        const [left] = await database.db`select count(*)::int as n from handled where topic = 'work'`;
        if (!more && left!.n === 300) return;
      } catch (error) {
        if ((error as Error).message !== 'broken') throw error;
      }
    }
  };
  await Promise.all([worker(), worker(), worker()]);
});

test('the relay gives listeners every event from its start on, woken by a hint', async () => {
  const relay = new Relay({
    db: database.db,
    log: createLogger({ level: 'fatal', format: 'json' }),
    idleMs: 500,
  });
  await relay.start();
  const seen: OrderedEvent[] = [];
  const done = Promise.withResolvers<void>();
  relay.listen((events) => {
    seen.push(...events.filter((e) => e.topic === 'relay'));
    if (seen.length >= 40) done.resolve();
  });
  await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      await atomically(database.db, (tx) => publish(tx, [event('relay', n)]));
      relay.hint();
    }),
  );
  relay.hint();
  await done.promise;
  await relay.stop();
  expect(seen.map((e) => Number(e.sequence))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test('a mirrored topic repeats the chosen types once, densely', async () => {
  const job = mirrorJob({
    db: database.db,
    topic: 'all',
    types: ['good.news'],
    everyMs: 1000,
    hint: () => {},
  });
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      atomically(database.db, (tx) => publish(tx, [event(`m${n % 3}`, n, n % 2 ? 'good.news' : 'other')])),
    ),
  );
  await Promise.all([job.run(), job.run()]);
  let events = await readTopic(database.db, 'all', 0n, 100);
  await vi.waitFor(async () => {
    await job.run();
    events = await readTopic(database.db, 'all', 0n, 100);
    expect(events.length).toBeGreaterThanOrEqual(10);
  }, WAIT);
  expect(events.map((e) => Number(e.sequence))).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  expect(new Set(events.map((e) => e.data.n)).size).toBe(10);
});
