import { createClient, createCluster } from '@redis/client';
import type { Logger } from '../log/log.ts';

/** A counter to raise: its key, by how much, and after how many milliseconds it is forgotten. */
export interface Increment {
  key: string;
  by: number;
  endsInMs: number;
}

/** What another process has kept, and for how many milliseconds it still counts. */
export interface Kept {
  text: string;
  endsInMs: number;
}

/**
 * What processes tell each other by the way. Nothing here is the truth: it may be emptied, lose messages or be
 * away at any moment, and whoever uses it works on without.
 */
export interface Redis {
  /** False while a command would fail at once. */
  isReady(): boolean;
  /** Tells whoever listens now; dropped when Redis is away. */
  publish(channel: string, message: string): void;
  /** Hears what is published from now on, also after Redis was away. */
  subscribe(channel: string, listener: (message: string) => void): void;
  /** Raises counters. Gives their new values in order, undefined for each that could not be raised. */
  raise(increments: Increment[]): Promise<(number | undefined)[]>;
  /** Keeps a text for a while, where Redis is there. */
  keep(key: string, text: string, endsInMs: number): void;
  /** What is kept under a key; undefined where nothing is, and where Redis does not say so within a moment. */
  recall(key: string): Promise<Kept | undefined>;
  /** Ends the connections. */
  close(): void;
}

const CONNECT_MS = 2000;
/** A connection on which an answer is out for so long is given up. */
const SILENCE_MS = 5000;
const LONGEST_PAUSE_MS = 5000;
/** Somebody waits for what is recalled: longer than this, and it is made without. Then nobody asks for a while. */
const RECALL_MS = 50;
const RECALL_PAUSE_MS = 1000;
/** Commands that wait for an answer at once; more are refused. */
const MOST_WAITING = 10_000;

/**
 * Opens the connections without waiting for them: a Redis that is away never holds up the exchange.
 * @param urls `redis://` or `rediss://` addresses: one of a single server, several of a Redis Cluster
 */
export function openRedis(urls: string[], log: Logger): Redis {
  const connection = urls.length > 1 ? openCluster(urls) : openSingle(urls[0]!);
  let away = false;
  let silentUntil = 0;
  const channels = new Map<string, (message: string) => void>();
  connection.onProblem((error) => {
    // The library repeats itself with each attempt to connect.
    if (!away) log.warn({ err: error }, 'redis: away; working without it');
    away = true;
  });
  connection.onReady(() => {
    away = false;
    log.info('redis: connected');
    for (const [channel, listener] of channels) {
      connection.subscribe(channel, listener).catch(() => {});
    }
  });
  connection.start();
  return {
    isReady: () => connection.isReady(),
    publish(channel, message) {
      if (connection.isReady()) connection.publish(channel, message).catch(() => {});
    },
    subscribe(channel, listener) {
      channels.set(channel, listener);
      if (connection.canSubscribe()) connection.subscribe(channel, listener).catch(() => {});
    },
    async raise(increments) {
      if (!connection.isReady()) return increments.map(() => undefined);
      return await Promise.all(
        increments.map((increment) => connection.raise(increment).catch((): undefined => undefined)),
      );
    },
    keep(key, text, endsInMs) {
      if (connection.isReady() && endsInMs >= 1)
        connection.keep(key, text, Math.floor(endsInMs)).catch(() => {});
    },
    async recall(key) {
      if (!connection.isReady() || performance.now() < silentUntil) return undefined;
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => {
        silentUntil = performance.now() + RECALL_PAUSE_MS;
        late.resolve(undefined);
      }, RECALL_MS);
      const recalled = connection.recall(key).catch((): undefined => undefined);
      return await Promise.race([recalled, late.promise]).finally(() => clearTimeout(timer));
    },
    close: () => connection.close(),
  };
}

/** What a single server and a cluster have in common here. */
interface Connection {
  isReady(): boolean;
  canSubscribe(): boolean;
  onReady(listener: () => void): void;
  onProblem(listener: (error: Error) => void): void;
  start(): void;
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  raise(increment: Increment): Promise<number>;
  keep(key: string, text: string, endsInMs: number): Promise<unknown>;
  recall(key: string): Promise<Kept | undefined>;
  close(): void;
}

/** The pause before the next attempt to connect, with a random part so that not all processes come at once. */
function pauseAfter(retries: number): number {
  return Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2);
}

const SOCKET = { connectTimeout: CONNECT_MS, socketTimeout: undefined, reconnectStrategy: pauseAfter };
const CLIENT = {
  disableOfflineQueue: true,
  commandsQueueMaxLength: MOST_WAITING,
  // A server that hangs without closing is found out by this.
  pingInterval: SILENCE_MS,
  commandOptions: { timeout: SILENCE_MS },
};

function openSingle(url: string): Connection {
  const client = createClient({ url, ...CLIENT, socket: SOCKET });
  // What is heard comes on a connection of its own, so that commands never wait behind it.
  const ears = client.duplicate();
  return {
    isReady: () => client.isReady,
    canSubscribe: () => ears.isReady,
    onReady: (listener) => void ears.on('ready', listener),
    onProblem(listener) {
      client.on('error', listener);
      ears.on('error', listener);
    },
    start() {
      client.connect().catch(() => {});
      ears.connect().catch(() => {});
    },
    publish: (channel, message) => client.publish(channel, message),
    subscribe: (channel, listener) => ears.subscribe(channel, listener),
    raise: async (increment) => Number(await client.eval(RAISE, argumentsOf(increment))),
    keep: (key, text, endsInMs) => client.set(key, text, { expiration: { type: 'PX', value: endsInMs } }),
    recall: async (key) => keptOf(await client.eval(RECALL, { keys: [key] })),
    close() {
      client.destroy();
      ears.destroy();
    },
  };
}

function openCluster(urls: string[]): Connection {
  const cluster = createCluster({
    rootNodes: urls.map((url) => ({ url, socket: { ...SOCKET, reconnectStrategy: false } })),
    defaults: { ...credentialsOf(urls[0]!), ...CLIENT, socket: SOCKET },
  });
  const ready: (() => void)[] = [];
  const problems: ((error: Error) => void)[] = [];
  let closed = false;
  let connected = false;
  let timer: NodeJS.Timeout | undefined;
  cluster.on('error', (error: Error) => {
    for (const listener of problems) listener(error);
  });
  const connect = (retries: number) => {
    cluster.connect().then(
      () => {
        connected = true;
        if (closed) return cluster.destroy();
        for (const listener of ready) listener();
      },
      (error: Error) => {
        for (const listener of problems) listener(error);
        if (!closed) timer = setTimeout(connect, pauseAfter(retries), retries + 1);
      },
    );
  };
  return {
    isReady: () => connected,
    canSubscribe: () => connected,
    onReady: (listener) => void ready.push(listener),
    onProblem: (listener) => void problems.push(listener),
    start: () => connect(0),
    publish: (channel, message) => cluster.publish(channel, message),
    subscribe: (channel, listener) => cluster.subscribe(channel, listener),
    raise: async (increment) => Number(await cluster.eval(RAISE, argumentsOf(increment))),
    keep: (key, text, endsInMs) => cluster.set(key, text, { expiration: { type: 'PX', value: endsInMs } }),
    recall: async (key) => keptOf(await cluster.eval(RECALL, { keys: [key] })),
    close() {
      closed = true;
      clearTimeout(timer);
      if (connected) cluster.destroy();
    },
  };
}

/** One command, so that no counter is left without an end. */
const RAISE = `
  local total = redis.call('INCRBY', KEYS[1], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return total`;

/** One command, so that what is told belongs together. */
const RECALL = `
  local text = redis.call('GET', KEYS[1])
  if not text then return false end
  return {text, redis.call('PTTL', KEYS[1])}`;

function keptOf(answer: unknown): Kept | undefined {
  if (!Array.isArray(answer)) return undefined;
  const [text, endsInMs] = answer as [string, number];
  return endsInMs > 0 ? { text, endsInMs } : undefined;
}

function argumentsOf({ key, by, endsInMs }: Increment) {
  return { keys: [key], arguments: [String(by), String(Math.max(1, Math.ceil(endsInMs)))] };
}

/** What connections to discovered nodes need beside their address. */
function credentialsOf(url: string) {
  const { username, password } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}
