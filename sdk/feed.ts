import type { FeedEvent } from '@ece/contract';

export interface FeedHandlers {
  /** Every event of a subscribed topic, in order and without a gap. */
  event(event: FeedEvent): void;
  /** A topic is subscribed; live events follow after this number. */
  subscribed?(topic: string, sequence: number): void;
  /** The server refused something. */
  error?(problem: { code: string; detail?: string; topic?: string }): void;
  /** The connection was lost or is back. */
  state?(state: 'connected' | 'reconnecting' | 'closed'): void;
}

/** An open realtime feed. It reconnects by itself and asks for what it missed. */
export interface Feed {
  /** Follows a topic. With `after` the events behind that number come first. */
  subscribe(topic: string, after?: number): void;
  unsubscribe(topic: string): void;
  close(): void;
}

const LONGEST_PAUSE_MS = 10_000;

/** The server closes with it when the session has ended or its token has expired; a new token may do. */
const SIGNED_OUT = 4401;

/**
 * Milliseconds to wait before the next try: twice as long after each failure, half of it by chance, so that
 * clients that were lost together do not come back together.
 * @param failures tries in a row that came to nothing
 * @param told what the server asked for, in milliseconds
 */
export function pauseBefore(failures: number, told: number | undefined, chance = Math.random()): number {
  if (told !== undefined && failures === 0) return Math.min(LONGEST_PAUSE_MS, told);
  return Math.min(LONGEST_PAUSE_MS, 200 * 2 ** failures) * (0.5 + chance / 2);
}

/** Most topics that the server takes in one message. */
const MOST_IN_MESSAGE = 100;

/**
 * Opens the realtime feed.
 * @param base address of the API, with /api/v1
 * @param token gives an access token that is good now, for private topics, or undefined
 */
export function openFeed(
  base: string,
  token: () => Promise<string | undefined>,
  handlers: FeedHandlers,
): Feed {
  /** Topics and the last number seen of each; undefined before the server named one. */
  const topics = new Map<string, number | undefined>();
  let socket: WebSocket | undefined;
  let failures = 0;
  /** When the server asked to be connected to again. */
  let told: number | undefined;
  let closed = false;
  let pause: ReturnType<typeof setTimeout> | undefined;
  /** Topics whose following has changed and that the server has not been told of. */
  const changed = new Set<string>();

  const send = (message: object) => socket?.send(JSON.stringify(message));
  const follow = (wanted: string[]) => {
    for (let from = 0; from < wanted.length; from += MOST_IN_MESSAGE) {
      const part = wanted.slice(from, from + MOST_IN_MESSAGE);
      send({ subscribe: part.map((topic) => ({ topic, after: topics.get(topic) })) });
    }
  };
  /** Tells what has changed in few messages, however many topics a page begins to follow at once. */
  const tell = () => {
    const all = [...changed];
    changed.clear();
    // A connection that opens later asks for everything.
    if (socket?.readyState !== WebSocket.OPEN) return;
    const left = all.filter((topic) => !topics.has(topic));
    for (let from = 0; from < left.length; from += MOST_IN_MESSAGE) {
      send({ unsubscribe: left.slice(from, from + MOST_IN_MESSAGE) });
    }
    follow(all.filter((topic) => topics.has(topic)));
  };
  const change = (topic: string) => {
    if (changed.size === 0) queueMicrotask(tell);
    changed.add(topic);
  };
  const receive = (text: string) => {
    const message = JSON.parse(text) as Partial<FeedEvent> & {
      subscribed?: { topic: string; sequence: number };
      error?: { code: string; detail?: string; topic?: string };
      reconnect?: { afterMs: number };
    };
    if (message.reconnect) {
      told = message.reconnect.afterMs;
      return;
    }
    if (message.error) return handlers.error?.(message.error);
    failures = 0;
    if (message.subscribed) {
      const { topic, sequence } = message.subscribed;
      if (topics.has(topic) && topics.get(topic) === undefined) topics.set(topic, sequence);
      return handlers.subscribed?.(topic, sequence);
    }
    const { topic, sequence } = message as FeedEvent;
    const last = topics.get(topic);
    // A number out of turn was sent before the server had read that the topic is followed from elsewhere now.
    if (last === undefined || sequence !== last + 1) return;
    topics.set(topic, sequence);
    handlers.event(message as FeedEvent);
  };
  const connect = async () => {
    const accessToken = await token().catch(() => undefined);
    if (closed) return;
    socket = new WebSocket(`${base.replace(/^http/, 'ws')}/realtime`);
    socket.onopen = () => {
      if (accessToken) send({ authenticate: accessToken });
      changed.clear();
      follow([...topics.keys()]);
      handlers.state?.('connected');
    };
    socket.onmessage = ({ data }) => receive(String(data));
    socket.onclose = ({ code }) => {
      if (closed) return;
      handlers.state?.('reconnecting');
      // A connection that was there and needs another token is no failure of the server's.
      if (code === SIGNED_OUT && failures === 0) told = 0;
      pause = setTimeout(connect, pauseBefore(failures++, told));
      told = undefined;
    };
  };
  void connect();
  return {
    subscribe(topic, after) {
      topics.set(topic, after);
      change(topic);
    },
    unsubscribe(topic) {
      topics.delete(topic);
      change(topic);
    },
    close() {
      closed = true;
      clearTimeout(pause);
      socket?.close();
      handlers.state?.('closed');
    },
  };
}
