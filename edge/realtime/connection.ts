import type { ErrorCode } from '@ece/contract';
import { titleOf } from '@ece/contract';
import type { Principal } from '@ece/platform/http/principal';
import type { WebSocket } from 'ws';
import type { Hub } from './hub.ts';
import { audienceOf, type ClientMessage, MOST_TOPICS, parseMessage } from './protocol.ts';

export interface ConnectionOptions {
  hub: Hub;
  /** Who opened the socket, where a token came with it. */
  principal: Principal | undefined;
  /** Reads an access token that a client sends; undefined when it is not good. */
  verify(token: string): Promise<Principal | undefined>;
  /** Milliseconds that a reader may take for what was sent before its socket is closed. */
  slowReaderMs: number;
}

/** Bytes waiting for a reader from which on it counts as behind. */
const BEHIND = 64 * 1024;

/** Messages a client may send in a second, on average, and at once. */
const RATE = { perSecond: 20, burst: 100 };

/** Wrong messages after which the socket is closed. */
const MOST_MISTAKES = 10;

/** RFC 6455 close codes: policy violation, try again later. */
const POLICY = 1008;
const TRY_AGAIN = 1013;

/** Serves one socket: reads its messages in order, and sends it the events of the topics that it follows. */
export function serveConnection(socket: WebSocket, options: ConnectionOptions): void {
  const { hub } = options;
  let principal = options.principal;
  let mistakes = 0;
  let tokens = RATE.burst;
  let refilled = performance.now();
  const subscriptions = new Map<string, () => void>();
  // One topic after the other: a socket that follows many takes one connection to the database.
  let history = Promise.resolve();

  const send = (frame: string) => {
    if (socket.readyState === socket.OPEN) socket.send(frame);
  };
  const behind = () => socket.bufferedAmount > BEHIND;
  const fail = () => socket.close(TRY_AGAIN, 'the feed is not available');
  // A ping's frame leaves after everything that was sent before it.
  const flushed = () =>
    new Promise<void>((resolve) => {
      const late = setTimeout(() => socket.close(TRY_AGAIN, 'reading too slowly'), options.slowReaderMs);
      socket.ping(undefined, undefined, () => {
        clearTimeout(late);
        resolve();
      });
    });
  const refuse = (code: ErrorCode, topic?: string) => {
    send(JSON.stringify({ error: { code, detail: titleOf(code), ...(topic && { topic }) } }));
    if (++mistakes >= MOST_MISTAKES) socket.close(POLICY, 'too many mistakes');
  };
  const subscribe = async (topic: string, after: number | undefined) => {
    const refusal = refusalOf(topic, principal);
    if (refusal) return refuse(refusal, topic);
    subscriptions.get(topic)?.();
    if (subscriptions.size >= MOST_TOPICS && !subscriptions.has(topic))
      return refuse('too_many_requests', topic);
    const subscription = await hub.subscribe(topic, after === undefined ? undefined : BigInt(after), {
      send,
      behind,
      flushed,
      fail,
    });
    if (socket.readyState !== socket.OPEN) return subscription.end();
    subscriptions.set(topic, subscription.end);
    send(JSON.stringify({ subscribed: { topic, sequence: Number(subscription.after) } }));
    history = history.then(subscription.begin);
  };
  const unsubscribe = (topic: string) => {
    subscriptions.get(topic)?.();
    subscriptions.delete(topic);
  };
  const authenticate = async (token: string) => {
    principal = await options.verify(token);
    if (!principal) return refuse('unauthenticated');
    for (const topic of subscriptions.keys()) if (refusalOf(topic, principal)) unsubscribe(topic);
  };
  const handle = async (message: ClientMessage) => {
    if (message.authenticate !== undefined) await authenticate(message.authenticate);
    for (const topic of message.unsubscribe ?? []) unsubscribe(topic);
    for (const { topic, after } of message.subscribe ?? []) await subscribe(topic, after);
  };
  const withinRate = () => {
    const now = performance.now();
    tokens = Math.min(RATE.burst, tokens + ((now - refilled) / 1000) * RATE.perSecond);
    refilled = now;
    return --tokens >= 0;
  };

  let queue = Promise.resolve();
  socket.on('message', (data, binary) => {
    if (!withinRate()) return socket.close(POLICY, 'too many messages');
    const message = binary ? undefined : parseMessage(String(data));
    if (!message) return refuse('validation_failed');
    queue = queue.then(() => handle(message)).catch(fail);
  });
  // A frame that breaks the protocol: the library closes the socket with its code.
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const end of subscriptions.values()) end();
    subscriptions.clear();
  });
}

/** Why somebody may not follow a topic. */
function refusalOf(topic: string, principal: Principal | undefined): ErrorCode | undefined {
  const audience = audienceOf(topic);
  if (!audience) return 'not_found';
  if (audience === 'public') return undefined;
  if (!principal) return 'unauthenticated';
  return principal.accountId === audience.accountId ? undefined : 'forbidden';
}
