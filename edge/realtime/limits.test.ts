import { newId } from '@ece/platform/ids/index';
import { expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { LARGEST_MESSAGE, LARGEST_PAYLOAD, MOST_IN_MESSAGE, MOST_TOPICS } from './protocol.ts';
import {
  auction,
  connect,
  hub,
  numbers,
  refusal,
  type Socket,
  say,
  sequences,
  serve,
  signedIn,
  until,
  useFeed,
} from './test-feed.ts';

useFeed();

test('sockets and topics of one address and of one account are bounded', async () => {
  const small = await serve(hub, {
    trustProxy: true,
    limits: { address: { sockets: 3, topics: 120 }, account: { sockets: 2, topics: 110 } },
  });
  const from = (address: string, token?: string) => ({
    address: small.url,
    headers: { 'x-forwarded-for': address, ...(token && { authorization: `Bearer ${token}` }) },
  });
  const follow = (socket: Socket, count: number) =>
    socket.say({ subscribe: Array.from({ length: count }, () => ({ topic: auction() })) });
  const refusals = (socket: Socket) => socket.frames.filter((frame) => frame.error).length;

  const sockets = await Promise.all([1, 2, 3].map(() => connect(from('203.0.113.1'))));
  const { address, headers } = from('203.0.113.1');
  expect(await refusal(address, { headers })).toBe(429);
  await connect(from('203.0.113.2'));
  follow(sockets[0]!, 100);
  follow(sockets[1]!, 25);
  await sockets[1]!.until(() => refusals(sockets[1]!) === 5);
  sockets[0]!.close();
  await vi.waitFor(async () => sockets.push(await connect(from('203.0.113.1'))));
  follow(sockets[1]!, 80);
  await sockets[1]!.until(() => sockets[1]!.frames.filter((frame) => frame.subscribed).length === 100);

  const { token } = await signedIn();
  const [first, second] = await Promise.all(
    ['203.0.113.3', '203.0.113.4'].map((a) => connect(from(a, token))),
  );
  const third = await connect(from('203.0.113.5', token));
  await third.error('too_many_requests');
  expect(await third.closed).toMatchObject({ code: 1008 });
  follow(first!, 100);
  await first!.until(() => first!.frames.length === 100);
  follow(second!, 15);
  await second!.until(() => refusals(second!) === 5);
  await small.app.close();
});

test('topics that do not exist are refused', async () => {
  const socket = await connect();
  const topics = ['auction:1', 'card:', `shop:${newId()}`, `auction:${newId()}:x`, 'MARKET', 'user:'];
  socket.say({ subscribe: topics.map((topic) => ({ topic })) });
  for (const topic of topics) await socket.error('not_found', topic);
  expect(hub.size).toBe(0);
  for (const kind of ['auction', 'card', 'set']) {
    expect(await socket.subscribe(`${kind}:${newId()}`)).toBeTypeOf('number');
  }
});

test('messages that are none are answered, and many of them close the socket', async () => {
  const socket = await connect();
  const bad = ['', 'x', '[]', '{}', 'null', '{"subscribe":[{"topic":"market","after":-1}]}', '{"other":1}'];
  for (const message of bad) socket.say(message);
  socket.say(Buffer.from('{"subscribe":[]}'));
  await socket.until(() => socket.frames.length === bad.length + 1);
  expect(socket.frames.every((frame) => frame.error?.code === 'validation_failed')).toBe(true);
  expect(await socket.subscribe('market')).toBeTypeOf('number');
  socket.say('x');
  socket.say('x');
  expect(await socket.closed).toMatchObject({ code: 1008 });
});

test('a message over the bound is refused, and one far over it closes the socket with "too big"', async () => {
  const socket = await connect();
  socket.say('x'.repeat(LARGEST_MESSAGE + 1));
  await socket.error('payload_too_large', undefined);
  expect(await socket.subscribe('market')).toBeTypeOf('number');
  socket.say('x'.repeat(LARGEST_PAYLOAD + 1));
  expect(await socket.closed).toMatchObject({ code: 1009 });
});

test('too many messages are refused, and go on to close the socket', async () => {
  const socket = await connect();
  for (let i = 0; i < 200; i++) socket.say({ unsubscribe: ['market'] });
  expect(await socket.closed).toMatchObject({ code: 1008, reason: 'too many messages' });
  expect(socket.frames.filter((frame) => frame.error?.code === 'too_many_requests')).toHaveLength(10);
});

test('a socket follows a bounded number of topics, and may replace what it follows', async () => {
  const socket = await connect();
  const topics = Array.from({ length: MOST_TOPICS }, auction);
  for (let i = 0; i < topics.length; i += MOST_IN_MESSAGE) {
    socket.say({ subscribe: topics.slice(i, i + MOST_IN_MESSAGE).map((topic) => ({ topic, after: 0 })) });
  }
  await socket.until(() => socket.frames.filter((frame) => frame.subscribed).length === MOST_TOPICS);
  const more = auction();
  socket.say({ subscribe: [{ topic: more }] });
  await socket.error('too_many_requests', more);
  await socket.subscribe(topics[0]!, 0);
  socket.say({ unsubscribe: [topics[1]!] });
  await socket.subscribe(more, 0);
  expect(hub.size).toBe(MOST_TOPICS);
});

test('a reader that stops reading is closed, and the others are not held up', async () => {
  const topic = auction();
  const closing = vi.spyOn(Connection.prototype, 'close');
  const server = await serve(hub, { slowReaderMs: 3000 });
  const slow = await connect({ address: server.url });
  const quick = await connect({ address: server.url });
  await slow.subscribe(topic, 0);
  await quick.subscribe(topic, 0);
  slow.ws.pause();
  const padding = 'x'.repeat(10_000);
  for (let n = 0; n < 1500; n += 50) await say(topic, 50, n, { padding });
  await quick.until(() => quick.events(topic).length === 1500);
  expect(sequences(quick.events(topic))).toEqual(numbers(1, 1500));
  await vi.waitFor(() => expect(closing).toHaveBeenCalledWith(1013, 'reading too slowly'), {
    timeout: 30_000,
  });
  closing.mockRestore();
  slow.ws.resume();
  await slow.closed;
  expect(slow.events(topic).length).toBeLessThan(1500);
  expect(sequences(slow.events(topic))).toEqual(numbers(1, slow.events(topic).length));
  await server.app.close();
});

test('a process that stops says so, and does not wait for clients that do not answer', async () => {
  const server = await serve(hub);
  const polite = await connect({ address: server.url });
  const deaf = await connect({ address: server.url });
  await deaf.subscribe('market');
  deaf.ws.pause();
  await server.app.close();
  expect(await polite.closed).toMatchObject({ code: 1012 });
  expect(polite.frames.at(-1)?.reconnect?.afterMs).toBeLessThanOrEqual(1000);
});

test('subscriptions of a socket that is gone are forgotten', async () => {
  const socket = await connect();
  for (let i = 0; i < 20; i++) socket.say({ subscribe: [{ topic: auction() }] });
  await socket.until(() => socket.frames.length > 0);
  socket.close();
  const other = await connect();
  await other.subscribe('market');
  await until(() => hub.size === 1);
});
