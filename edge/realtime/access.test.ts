import { atomically } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  connect,
  db,
  hub,
  refusal,
  relay,
  say,
  serve,
  signedIn,
  tokenSecret,
  url,
  useFeed,
} from './test-feed.ts';

useFeed();

test('private topics need the token of their account', async () => {
  const accountId = newId();
  const topic = `user:${accountId}`;
  await say(topic, 3);
  const principal = (id: string) => ({ accountId: id, role: 'collector' as const, sessionId: newId() });
  const token = await signAccessToken(tokenSecret, principal(accountId), 600);
  const foreign = await signAccessToken(tokenSecret, principal(newId()), 600);
  const expired = await signAccessToken(tokenSecret, principal(accountId), -60);

  const nobody = await connect();
  nobody.say({ subscribe: [{ topic, after: 0 }] });
  await nobody.error('unauthenticated', topic);

  const other = await connect({ headers: { authorization: `Bearer ${foreign}` } });
  other.say({ subscribe: [{ topic, after: 0 }] });
  await other.error('forbidden', topic);

  const late = await connect();
  late.say({ authenticate: expired, subscribe: [{ topic, after: 0 }] });
  await late.error('unauthenticated', undefined);
  await late.error('unauthenticated', topic);
  late.say({ authenticate: token, subscribe: [{ topic, after: 1 }] });
  await late.until(() => late.events(topic).length === 2);

  const byHeader = await connect({ headers: { authorization: `Bearer ${token}` } });
  await byHeader.subscribe(topic, 0);
  await byHeader.until(() => byHeader.events(topic).length === 3);

  expect(nobody.events(topic)).toEqual([]);
  expect(other.events(topic)).toEqual([]);
  for (const bad of [expired, 'nonsense', 'a.b.c']) {
    expect(await refusal(url, { headers: { authorization: `Bearer ${bad}` } })).toBe(401);
  }
});

test('somebody who signs in as another on the same socket no longer gets the first one’s events', async () => {
  const [one, two] = [newId(), newId()];
  const tokenOf = (accountId: string) =>
    signAccessToken(tokenSecret, { accountId, role: 'collector', sessionId: newId() }, 600);
  const socket = await connect();
  socket.say({ authenticate: await tokenOf(one) });
  await socket.subscribe(`user:${one}`, 0);
  socket.say({ authenticate: await tokenOf(two) });
  await socket.subscribe(`user:${two}`, 0);
  await say(`user:${one}`, 1);
  await say(`user:${two}`, 1);
  await socket.until(() => socket.events(`user:${two}`).length === 1);
  expect(socket.events(`user:${one}`)).toEqual([]);
});

async function endSession({ topic, sessionId }: { topic: string; sessionId: string }): Promise<void> {
  await atomically(db, (tx) =>
    publish(tx, [{ topic, type: 'session.ended', data: { sessionIds: [sessionId] } }]),
  );
  relay.hint();
}

test('a session that ends closes its sockets in every process, and no others', async () => {
  const person = await signedIn();
  const elsewhere = { ...person, sessionId: newId() };
  const otherToken = await signAccessToken(tokenSecret, elsewhere, 600);
  const second = await serve(hub);
  const stop = relay.listen((events) => second.realtime.deliver(events));
  const authorization = `Bearer ${person.token}`;
  const sockets = await Promise.all([
    connect({ headers: { authorization } }),
    connect({ headers: { authorization }, address: second.url }),
  ]);
  const late = await connect();
  late.say({ authenticate: person.token });
  const other = await connect({ headers: { authorization: `Bearer ${otherToken}` } });
  for (const socket of [...sockets, late, other]) await socket.subscribe(person.topic, 0);
  await endSession(person);
  for (const socket of [...sockets, late]) {
    expect(await socket.closed).toEqual({ code: 4401, reason: 'the session has ended' });
  }
  await other.until(() => other.events(person.topic).length === 1);
  expect(other.ws.readyState).toBe(WebSocket.OPEN);

  // What is left of its access token opens nothing.
  expect(await refusal(url, { headers: { authorization } })).toBe(401);
  const again = await connect();
  again.say({ authenticate: person.token });
  await again.error('unauthenticated');
  stop();
  await second.app.close();
});

test('a token that expires closes a socket with private topics; one without them goes on as nobody', async () => {
  const [one, two] = [await signedIn(-3), await signedIn(-3)];
  const socket = await connect({ headers: { authorization: `Bearer ${one.token}` } });
  await socket.subscribe(one.topic, 0);
  const open = await connect({ headers: { authorization: `Bearer ${two.token}` } });
  await open.subscribe('market');
  expect(await socket.closed).toEqual({ code: 4401, reason: 'the access token has expired' });
  await vi.waitFor(
    async () => {
      open.say({ subscribe: [{ topic: two.topic }] });
      await open.error('unauthenticated', two.topic);
    },
    { timeout: 5000, interval: 300 },
  );
  expect(open.ws.readyState).toBe(WebSocket.OPEN);
});

test('a token that is renewed in time keeps the socket and its private topics', async () => {
  const person = await signedIn(-3);
  const socket = await connect({ headers: { authorization: `Bearer ${person.token}` } });
  await socket.subscribe(person.topic, 0);
  socket.say({ authenticate: await signAccessToken(tokenSecret, person, 600) });
  const witness = await connect({ headers: { authorization: `Bearer ${person.token}` } });
  await witness.subscribe(person.topic, 0);
  await witness.closed;
  await say(person.topic, 1);
  await socket.until(() => socket.events(person.topic).length === 1);
});

test('pages of other origins cannot open the feed', async () => {
  const { host } = new URL(url);
  expect(await refusal(url, { headers: { origin: 'https://evil.example' } })).toBe(403);
  expect(await refusal(url, { headers: { origin: 'null' } })).toBe(403);
  expect(await refusal(url, { headers: { origin: 'https://cards.example.evil.example' } })).toBe(403);
  await connect({ headers: { origin: 'https://cards.example' } });
  await connect({ headers: { origin: `http://${host}` } });
});

test('an upgrade elsewhere is answered instead of left open', async () => {
  expect(await refusal(url.replace('/realtime', '/auctions'))).toBe(404);
});
