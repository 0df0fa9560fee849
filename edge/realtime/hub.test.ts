import { createLogger } from '@ece/platform/log/log';
import type { StoredEvent } from '@ece/platform/outbox/publish';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import * as ws from 'ws';
import { textFrame } from './frame.ts';
import type { Outbox } from './history.ts';
import { Hub } from './hub.ts';
import type { Reader, Subscription } from './subscription.ts';
import { LARGEST_WRITE, Topic } from './topic.ts';

/*
 * The hub under every order of events that a busy exchange can bring about: commits, deliveries that are late,
 * doubled or swapped, answers of the database that come late, readers that stall, and subscribers that come, go
 * and come back. Whatever happens, each subscriber gets every number behind its own once and in order.
 */
const log = createLogger({ level: 'silent', format: 'json' });

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([0, 1, 125, 126, 65_535, 65_536])('a text of %i bytes is framed as ws frames it', (length) => {
  const text = 'x'.repeat(length);
  const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };
  const options = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: false };
  const theirs = Sender.frame(Buffer.from(text), options);
  expect(textFrame(text).equals(Buffer.concat(theirs))).toBe(true);
});

/** The outbox in memory. Its answers wait until they are let go. */
class MemoryOutbox implements Outbox {
  readonly events = new Map<string, StoredEvent[]>();
  readonly #held: (() => void)[] = [];

  commit(topic: string, size: number): OrderedEvent {
    const list = this.events.get(topic) ?? [];
    this.events.set(topic, list);
    const sequence = BigInt(list.length + 1);
    const data = { padding: 'x'.repeat(size) };
    const event = { topic, sequence, type: 'thing.done', data, at: new Date(0), xid: '1', id: sequence };
    list.push(event);
    return event;
  }

  /** What is committed when the query runs is what it answers, however late the answer comes. */
  #answer<T>(value: T): Promise<T> {
    return new Promise((resolve) => this.#held.push(() => resolve(value)));
  }

  readTopic(topic: string, after: bigint, limit: number) {
    const from = Number(after);
    return this.#answer((this.events.get(topic) ?? []).slice(from, from + limit));
  }

  lastSequences(topics: string[]) {
    const known = topics.filter((topic) => this.events.has(topic));
    return this.#answer(new Map(known.map((topic) => [topic, BigInt(this.events.get(topic)!.length)])));
  }

  letGo(count: number): boolean {
    const answers = this.#held.splice(0, count);
    for (const answer of answers) answer();
    return answers.length > 0;
  }
}

/** A socket's end of the feed in memory, which keeps all it gets and may stop reading. */
class MemoryReader implements Reader {
  lagging: Set<Subscription> | undefined;
  readonly got = new Map<string, number[]>();
  stalled = false;
  waiting = 0;
  most = 0;
  failed = false;
  #flushes: (() => void)[] = [];

  get behind(): boolean {
    return this.waiting > LARGEST_WRITE / 2;
  }

  write(frames: Buffer): void {
    for (const { topic, sequence } of eventsIn(frames)) {
      const list = this.got.get(topic) ?? [];
      this.got.set(topic, list);
      list.push(sequence);
    }
    this.waiting = this.stalled ? this.waiting + frames.length : 0;
    this.most = Math.max(this.most, this.waiting);
  }

  flushed(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushes.push(resolve);
      if (!this.stalled) this.go();
    });
  }

  go(): void {
    this.stalled = false;
    this.waiting = 0;
    for (const flush of this.#flushes.splice(0)) flush();
  }

  cork(): void {}
  uncork(): void {}
  fail(): void {
    this.failed = true;
  }
}

function eventsIn(bytes: Buffer): { topic: string; sequence: number }[] {
  const found: { topic: string; sequence: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]!;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    found.push(JSON.parse(bytes.toString('utf8', start, start + length)));
    at = start + length;
  }
  return found;
}

type Step =
  | { do: 'commit'; topic: number; count: number; size: number }
  | { do: 'deliver'; count: number; swap: boolean; again: boolean }
  | { do: 'join'; topic: number; reader: number; after: number | undefined }
  | { do: 'leave'; which: number }
  | { do: 'return'; which: number }
  | { do: 'stall' | 'go'; reader: number }
  | { do: 'answer'; count: number };

const READERS = 3;
const topic = fc.integer({ min: 0, max: 1 });
const reader = fc.integer({ min: 0, max: READERS - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('commit' as const),
      topic,
      count: fc.integer({ min: 1, max: 150 }),
      size: fc.constantFrom(0, 300, 5000),
    }),
    fc.record({
      do: fc.constant('deliver' as const),
      count: fc.integer({ min: 1, max: 200 }),
      swap: fc.boolean(),
      again: fc.boolean(),
    }),
    fc.record({
      do: fc.constant('join' as const),
      topic,
      reader,
      after: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
    }),
    fc.record({ do: fc.constantFrom('leave' as const, 'return' as const), which: fc.nat() }),
    fc.record({ do: fc.constantFrom('stall' as const, 'go' as const), reader }),
    fc.record({ do: fc.constant('answer' as const), count: fc.integer({ min: 1, max: 4 }) }),
  ),
  { maxLength: 60 },
);

/** How a subscriber joins: by the book, or with a fault. */
type Join = (hub: Hub, outbox: Outbox, topic: string, reader: Reader, after?: number) => Promise<Joined>;
interface Joined {
  subscription: Subscription;
  from: number;
}

const byTheBook: Join = async (hub, _outbox, name, reader, after) => {
  const subscription = hub.register(name, reader);
  await hub.locate([subscription]);
  const from = hub.placeOf(subscription, after);
  if (subscription.state !== 'ended') hub.begin(subscription, from);
  return { subscription, from };
};

interface Follower {
  topic: string;
  reader: MemoryReader;
  joined: Joined | undefined;
  ended: boolean;
}

/** Runs the steps, lets everything come to rest, and gives what each subscriber got and should have got. */
async function play(plan: readonly Step[], join: Join = byTheBook) {
  const outbox = new MemoryOutbox();
  const hub = new Hub({ outbox, log, mostFrames: 120, mostBytes: 200_000 });
  const undelivered: OrderedEvent[] = [];
  const followers: Follower[] = [];
  const readers: MemoryReader[] = [];
  /** Each subscription has a reader of its own, so that what it got is told apart; they stall in groups. */
  const stalled = new Set<number>();
  const follow = (topic: string, group: number, after: number | undefined) => {
    const reader = new MemoryReader();
    reader.stalled = stalled.has(group);
    readers[followers.length] = reader;
    const follower: Follower = { topic, reader, joined: undefined, ended: false };
    followers.push(follower);
    groups.push(group);
    void join(hub, outbox, topic, reader, after).then((joined) => {
      follower.joined = joined;
      if (follower.ended) hub.end(joined.subscription);
    });
  };
  const groups: number[] = [];
  const leave = (follower: Follower) => {
    follower.ended = true;
    if (follower.joined) hub.end(follower.joined.subscription);
  };
  const calm = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  };

  for (const step of plan) {
    if (step.do === 'commit') {
      for (let i = 0; i < step.count; i++) undelivered.push(outbox.commit(`t${step.topic}`, step.size));
    } else if (step.do === 'deliver') {
      const batch = undelivered.splice(0, step.count);
      // Only neighbours at the border of two batches can be swapped.
      if (step.swap && batch.length > 0 && undelivered.length > 0) {
        const last = batch.pop()!;
        batch.push(undelivered.shift()!);
        undelivered.unshift(last);
      }
      hub.deliver(batch);
      if (step.again) hub.deliver(batch);
    } else if (step.do === 'join') {
      follow(`t${step.topic}`, step.reader, step.after);
    } else if (step.do === 'leave' && followers.length > 0) {
      leave(followers[step.which % followers.length]!);
    } else if (step.do === 'return' && followers.length > 0) {
      const follower = followers[step.which % followers.length]!;
      leave(follower);
      const last = follower.reader.got.get(follower.topic)?.at(-1) ?? follower.joined?.from;
      if (last !== undefined) follow(follower.topic, step.which % READERS, last);
    } else if (step.do === 'stall' || step.do === 'go') {
      if (step.do === 'stall') stalled.add(step.reader);
      else stalled.delete(step.reader);
      groups.forEach((group, i) => {
        if (group !== step.reader) return;
        if (step.do === 'stall') readers[i]!.stalled = true;
        else readers[i]!.go();
      });
    } else if (step.do === 'answer') {
      outbox.letGo(step.count);
    }
    await Promise.resolve();
  }
  // Something is said on each topic after all who join have joined, so that a gap at the end is seen, too.
  do await calm();
  while (outbox.letGo(100));
  for (const name of ['t0', 't1']) undelivered.push(outbox.commit(name, 0));
  hub.deliver(undelivered);
  for (const reader of readers) reader.go();
  do await calm();
  while (outbox.letGo(100));
  for (const reader of readers) reader.go();
  do await calm();
  while (outbox.letGo(100));
  return { hub, followers, readers, outbox };
}

/** True when everybody got what they should have got. */
async function holds(plan: readonly Step[], join?: Join): Promise<boolean> {
  const { hub, followers, readers, outbox } = await play(plan, join);
  for (const follower of followers) {
    const { topic, reader, joined } = follower;
    if (reader.failed || !joined) return false;
    const got = reader.got.get(topic) ?? [];
    if (got.some((number, i) => number !== joined.from + 1 + i)) return false;
    const end = outbox.events.get(topic)?.length ?? 0;
    if (!follower.ended && joined.from <= end && got.length !== end - joined.from) return false;
  }
  for (const { joined } of followers) if (joined) hub.end(joined.subscription);
  const most = Math.max(0, ...readers.map((reader) => reader.most));
  return hub.size === 0 && most <= LARGEST_WRITE * 1.5 + 1024;
}

test('every subscriber gets every number behind its own once and in order, whatever the order of things', async () => {
  await fc.assert(
    fc.asyncProperty(steps, (plan) => holds(plan)),
    { numRuns: 400 },
  );
}, 60_000);

/** Looks for a plan that shows a fault. */
async function isFound(join?: Join): Promise<boolean> {
  const check = await fc.check(
    fc.asyncProperty(steps, (plan) => holds(plan, join)),
    { numRuns: 400, endOnFailure: true },
  );
  return check.failed;
}

test('a dropped frame, a doubled frame and a gap between history and live events are found', async () => {
  const after = Topic.prototype.after;
  const frames = (bytes: Buffer) => eventsIn(bytes).length;
  let writes = 0;
  const dropping = vi.spyOn(Topic.prototype, 'after').mockImplementation(function (this: Topic, sequence) {
    const run = after.call(this, sequence);
    return ++writes % 5 === 0 && frames(run.bytes) === 1 ? { ...run, bytes: Buffer.alloc(0) } : run;
  });
  expect(await isFound()).toBe(true);
  dropping.mockImplementation(function (this: Topic, sequence) {
    const run = after.call(this, sequence);
    return ++writes % 5 === 0 ? { ...run, bytes: Buffer.concat([run.bytes, run.bytes]) } : run;
  });
  expect(await isFound()).toBe(true);
  dropping.mockRestore();

  const historyFirst: Join = async (hub, outbox, name, reader, from) => {
    const history = await outbox.readTopic(name, BigInt(from ?? 0), 1000);
    const last = Number(history.at(-1)?.sequence ?? from ?? 0);
    for (const event of history) {
      reader.write(textFrame(JSON.stringify({ topic: name, sequence: Number(event.sequence) })));
    }
    const joined = await byTheBook(hub, outbox, name, reader, undefined);
    return { ...joined, from: from ?? last };
  };
  expect(await isFound(historyFirst)).toBe(true);
}, 60_000);

test('a reader that stalls has little waiting for it, and gets all of it when it goes on', async () => {
  const outbox = new MemoryOutbox();
  const hub = new Hub({ outbox, log, mostFrames: 100 });
  hub.deliver([outbox.commit('hot', 0)]);
  const reader = new MemoryReader();
  await byTheBook(hub, outbox, 'hot', reader, 0);
  reader.stalled = true;
  for (let i = 0; i < 300; i++) hub.deliver([outbox.commit('hot', 1000)]);
  expect(reader.most).toBeLessThanOrEqual(LARGEST_WRITE * 1.5);
  while (reader.got.get('hot')!.length < 301) {
    reader.go();
    await new Promise(setImmediate);
    outbox.letGo(1);
  }
  expect(reader.got.get('hot')).toEqual(Array.from({ length: 301 }, (_, i) => i + 1));
});

test('frames that are kept are bounded, and a topic that nobody follows is forgotten with its last one', async () => {
  const outbox = new MemoryOutbox();
  const hub = new Hub({ outbox, log, mostFrames: 1000, mostBytes: 100_000 });
  for (let i = 0; i < 5000; i++) hub.deliver([outbox.commit(`t${i % 50}`, 100)]);
  expect(hub.keptBytes).toBeGreaterThan(50_000);
  expect(hub.keptBytes).toBeLessThanOrEqual(100_000);
  for (let i = 0; i < 1000; i++) hub.deliver([outbox.commit('other', 100)]);
  expect(hub.topics).toBe(1);
});

test('those who come back at once share their frames, and need nothing from the database', async () => {
  const outbox = new MemoryOutbox();
  const hub = new Hub({ outbox, log });
  hub.deliver(Array.from({ length: 50 }, () => outbox.commit('hot', 200)));
  const reads = vi.spyOn(outbox, 'readTopic');
  const written = new Set<ArrayBufferLike>();
  for (let i = 0; i < 200; i++) {
    const reader = new MemoryReader();
    const write = reader.write.bind(reader);
    reader.write = (bytes) => {
      written.add(bytes.buffer);
      write(bytes);
    };
    const { from } = await byTheBook(hub, outbox, 'hot', reader, 10);
    expect(from).toBe(10);
    expect(reader.got.get('hot')).toEqual(Array.from({ length: 40 }, (_, n) => 11 + n));
  }
  expect(reads).not.toHaveBeenCalled();
  expect(written.size).toBe(1);
});
