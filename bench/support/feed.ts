import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The topic of every event of the benches of the feed. */
export const TOPIC = 'auction:01890000-0000-7000-8000-000000000000';

/** A topic that only stalled clients follow: with its events they are filled until the server notices. */
export const FILLING = 'auction:01890000-0000-7000-8000-000000000001';

/** The message that follows a topic. */
export const subscribeTo = (after?: number, topic = TOPIC) =>
  JSON.stringify({ subscribe: [{ topic, after }] });

export type FeedOrder =
  /** Events of about `size` bytes, `together` at once. */
  | { do: 'publish'; count: number; together: number; size: number; everyMs?: number; topic?: string }
  | { do: 'collect' | 'read' };

export interface FeedAnswer {
  /** Microseconds of CPU since the process began. */
  cpu: number;
  /** Bytes of memory of its own, without what is mapped from files. */
  rss: number;
  /** Events of the topic that all follow. */
  published: number;
}

export type ClientsOrder =
  /** Opens sockets; `frames` that each must have got before the next ones are opened. */
  | { do: 'open'; port: number; count: number; hello?: string; frames?: number }
  /** Forgets what was counted. */
  | { do: 'reset'; lookAtEvery: number }
  /** Waits until each socket that is not stalled has so many frames. */
  | { do: 'await'; frames: number }
  /** Every so many clients send a message and then read no more. */
  | { do: 'stall'; every: number; say: string }
  | { do: 'go' | 'close' };

export interface ClientsAnswer {
  gaps: number;
  latencies: number[];
}

/** A process that does one order after the other. */
interface Worker<Order, Answer> {
  do(order: Order): Promise<Answer>;
  stop(): Promise<void>;
}

async function start<Order, Answer, First>(name: string, args: string[] = []) {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), args, { stdio: 'inherit' });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
  });
  ended.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0];
  const first = (await answer()) as First;
  const worker: Worker<Order, Answer> = {
    async do(order) {
      child.send(order as object);
      return (await answer()) as Answer;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
  return { first, worker };
}

/** A server of sockets with its clients, three processes apart from this one's other work. */
export interface FeedSide {
  port: number;
  server: Worker<FeedOrder, FeedAnswer>;
  clients: Worker<ClientsOrder, ClientsAnswer>;
  stop(): Promise<void>;
}

/**
 * Starts a server and a process of clients.
 * @param kind the feed of the exchange, or a bare `ws` server
 */
export async function startSide(kind: 'feed' | 'bare'): Promise<FeedSide> {
  const { first, worker: server } = await start<FeedOrder, FeedAnswer, { port: number }>(
    './feed-process.ts',
    [kind],
  );
  const { worker: clients } = await start<ClientsOrder, ClientsAnswer, object>('./feed-clients-process.ts');
  return {
    port: first.port,
    server,
    clients,
    async stop() {
      await Promise.all([server.stop(), clients.stop()]);
    },
  };
}

/** Starts both sides and opens as many sockets on each; those of the feed follow the topic. */
export async function withSides<T>(
  sockets: number,
  work: (feed: FeedSide, bare: FeedSide) => Promise<T>,
): Promise<T> {
  const [feed, bare] = await Promise.all([startSide('feed'), startSide('bare')]);
  try {
    await openSockets(feed, sockets);
    await openSockets(bare, sockets, false);
    return await work(feed, bare);
  } finally {
    await Promise.all([feed.stop(), bare.stop()]);
  }
}

/** Opens sockets; those that follow the topic have been told so when this settles. */
export async function openSockets(side: FeedSide, count: number, follow = true): Promise<void> {
  const hello = subscribeTo();
  await side.clients.do({ do: 'open', port: side.port, count, hello, ...(follow && { frames: 1 }) });
}
