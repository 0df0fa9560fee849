import { atomically } from '@ece/platform/db/database';
import { publish } from '@ece/platform/outbox/publish';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { expect, test } from 'vitest';
import { outboxOf } from './history.ts';
import { Hub } from './hub.ts';
import type { Reader } from './subscription.ts';
import {
  auction,
  connect,
  db,
  type Frame,
  hub,
  log,
  numbers,
  open,
  relay,
  type Socket,
  say,
  sequences,
  serve,
  turns,
  until,
  useFeed,
} from './test-feed.ts';

useFeed();

test('subscribers that join at random moments with random numbers get every event once and in order', async () => {
  const topics = [auction(), auction(), auction()];
  const total = 240;
  for (const topic of topics) await say(topic, 40);
  const sockets = await Promise.all(Array.from({ length: 6 }, () => connect()));
  const publishing = Promise.all(
    topics.map(async (topic) => {
      for (let n = 40; n < total; n += 4) {
        await say(topic, 4, n);
        if (Math.random() < 0.2) await turns(Math.random() * 50);
      }
    }),
  );
  const joins = Array.from({ length: 90 }, async (_, i) => {
    await turns(Math.random() * 2000);
    const topic = topics[i % topics.length]!;
    const socket = i % 3 === 0 ? await connect() : sockets[i % sockets.length]!;
    return { socket, topic, after: Math.random() < 0.3 ? undefined : Math.floor(Math.random() * 60) };
  });
  const first = new Map<string, { socket: Socket; topic: string; from: number }>();
  for (const joining of joins) {
    const { socket, topic, after } = await joining;
    const name = `${open.indexOf(socket)} ${topic}`;
    if (first.has(name)) continue;
    const from = await socket.subscribe(topic, after);
    if (after !== undefined) expect(from).toBe(after);
    first.set(name, { socket, topic, from });
  }
  await publishing;
  for (const { socket, topic, from } of first.values()) {
    await socket.until(() => socket.events(topic).at(-1)?.sequence === total || from === total);
    expect(sequences(socket.events(topic))).toEqual(numbers(from + 1, total));
  }
  expect(first.size).toBeGreaterThan(30);
});

test('history longer than a page comes whole, also while events go on', async () => {
  const topic = auction();
  await say(topic, 1700);
  const socket = await connect();
  await socket.subscribe(topic, 100);
  for (let n = 0; n < 20; n++) await say(topic, 5, n);
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 1800);
  expect(sequences(socket.events(topic))).toEqual(numbers(101, 1800));
});

test('a subscriber that comes while a transaction commits does not miss it', async () => {
  const socket = await connect();
  for (let round = 0; round < 40; round++) {
    const topic = auction();
    await say(topic, 1);
    const drawn = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const writing = atomically(db, async (tx) => {
      await publish(tx, [{ topic, type: 'thing.done', data: { n: 2 } }]);
      drawn.resolve();
      await commit.promise;
    });
    await drawn.promise;
    if (round % 2) commit.resolve();
    const subscribed = socket.subscribe(topic, 1);
    if (round % 4 === 2) await subscribed;
    commit.resolve();
    await writing;
    relay.hint();
    await subscribed;
    await socket.until(() => socket.events(topic).length > 0);
    expect(sequences(socket.events(topic))).toEqual([2]);
  }
});

const live = (topic: string, sequence: number): OrderedEvent => ({
  topic,
  sequence: BigInt(sequence),
  type: 'thing.done',
  data: { n: sequence },
  at: new Date(),
  xid: '1',
  id: BigInt(sequence),
});

/** The numbers of the events in prepared frames. */
function numbersIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]!;
    const start = at + (short < 126 ? 2 : 4);
    const length = short < 126 ? short : bytes.readUInt16BE(at + 2);
    found.push((JSON.parse(bytes.toString('utf8', start, start + length)) as Frame).sequence);
    at = start + length;
  }
  return found;
}

/** A reader that keeps up, and keeps the numbers of what it gets. */
function readerOf(seen: number[]): Reader {
  return {
    write: (bytes) => void seen.push(...numbersIn(bytes)),
    behind: false,
    flushed: async () => {},
    cork: () => {},
    uncork: () => {},
    fail: () => {},
    lagging: undefined,
  };
}

test('numbers out of turn, doubled or delivered during the reading of history are put right', async () => {
  const own = new Hub({ outbox: outboxOf(db), log });
  for (let round = 0; round < 30; round++) {
    const topic = auction();
    await say(topic, 10);
    const seen: number[] = [];
    const subscription = own.register(topic, readerOf(seen));
    await own.locate([subscription]);
    own.begin(subscription, round % 8);
    own.deliver([live(topic, 9), live(topic, 10)]);
    await say(topic, 10, 10);
    own.deliver([live(topic, 12), live(topic, 11), live(topic, 11)]);
    if (round % 2) await until(() => seen.at(-1)! >= 10);
    own.deliver([live(topic, 14), live(topic, 13), live(topic, 20), live(topic, 15)]);
    await until(() => seen.at(-1) === 20);
    expect(seen).toEqual(numbers((round % 8) + 1, 20));
    own.end(subscription);
  }
  expect(own.size).toBe(0);
});

test('an event that is committed after the last page was read is sent without another one after it', async () => {
  const topic = auction();
  await say(topic, 3);
  const page = Promise.withResolvers<void>();
  let reads = 0;
  // Answers of the database reach the hub late once, as they do when the process is busy.
  const late = new Proxy(db, {
    apply: (target, _self, args) => {
      const query = Reflect.apply(target, undefined, args) as Promise<unknown>;
      return ++reads === 2 ? query.then(async (rows) => page.promise.then(() => rows)) : query;
    },
  });
  const own = new Hub({ outbox: outboxOf(late), log });
  const seen: number[] = [];
  const subscription = own.register(topic, readerOf(seen));
  await own.locate([subscription]);
  own.begin(subscription, 0);
  await until(() => reads > 1);
  await say(topic, 1, 3);
  own.deliver([live(topic, 4)]);
  page.resolve();
  await until(() => seen.length === 4);
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('a socket whose history cannot be read is closed so that its client asks again', async () => {
  const broken = Object.assign(() => Promise.reject(new Error('no database')), {}) as never;
  const server = await serve(new Hub({ outbox: outboxOf(broken), log }));
  const withoutNumber = await connect({ address: server.url });
  withoutNumber.say({ subscribe: [{ topic: 'market' }] });
  expect(await withoutNumber.closed).toMatchObject({ code: 1013 });
  const withNumber = await connect({ address: server.url });
  withNumber.say({ subscribe: [{ topic: 'market', after: 0 }] });
  expect(await withNumber.closed).toMatchObject({ code: 1013 });
  await server.app.close();
});

test('what was unsubscribed is silent, and a topic may be followed anew from another number', async () => {
  const [topic, other] = [auction(), auction()];
  await say(topic, 5);
  const socket = await connect();
  await socket.subscribe(topic, 3);
  await socket.subscribe(other, 0);
  await socket.until(() => socket.events(topic).length === 2);
  socket.say({ unsubscribe: [topic, auction()] });
  await socket.subscribe(other, 0);
  await say(topic, 1, 5);
  await say(other, 1);
  await socket.until(() => socket.events(other).length === 1);
  expect(sequences(socket.events(topic))).toEqual([4, 5]);
  expect(hub.size).toBe(1);

  socket.frames.length = 0;
  await socket.subscribe(topic, 0);
  await socket.subscribe(topic, 1);
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 6);
  await say(topic, 1, 6);
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 7);
  const seen = sequences(socket.events(topic));
  const start = seen.lastIndexOf(2);
  expect(seen.slice(start)).toEqual(numbers(2, 7));
  expect(seen.slice(0, start)).toEqual(numbers(1, start));
  expect(hub.size).toBe(2);
});

test('a long history goes out at the pace of its reader', async () => {
  const topic = auction();
  const padding = 'x'.repeat(1500);
  for (let n = 0; n < 8000; n += 500) await say(topic, 500, n, { padding });
  const socket = await connect();
  await socket.subscribe(topic, 0);
  socket.ws.pause();
  await turns(500);
  socket.ws.resume();
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 8000);
  expect(sequences(socket.events(topic))).toEqual(numbers(1, 8000));
});
