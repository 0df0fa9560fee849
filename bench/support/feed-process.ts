import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Outbox } from '@ece/edge/realtime/history';
import { Hub } from '@ece/edge/realtime/hub';
import { serveRealtime } from '@ece/edge/realtime/server';
import { createApp } from '@ece/platform/http/app';
import { createLogger } from '@ece/platform/log/log';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { type WebSocket, WebSocketServer } from 'ws';
import { type FeedAnswer, type FeedOrder, FILLING, TOPIC } from './feed.ts';

/*
 * A server of sockets: the feed as every exchange runs it, with an outbox in memory in the place of
 * PostgreSQL's, or nothing but `ws` with a loop that sends to all.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Server {
  port: number;
  send(events: OrderedEvent[]): void;
}

const published = new Map<string, OrderedEvent[]>([
  [TOPIC, []],
  [FILLING, []],
]);

async function openFeed(): Promise<Server> {
  const log = createLogger({ level: 'silent', format: 'json' });
  const outbox: Outbox = {
    readTopic: async (topic, after, limit) =>
      published.get(topic)!.slice(Number(after), Number(after) + limit),
    lastSequences: async (topics) =>
      new Map(topics.map((topic) => [topic, BigInt(published.get(topic)!.length)])),
  };
  const app = createApp({ log, metrics: createMetrics() });
  // One address and nobody signed in stand for everybody.
  const limits = { address: { sockets: 100_000, topics: 1_000_000 } };
  const realtime = serveRealtime(app, {
    hub: new Hub({ outbox, log }),
    tokenSecret: randomBytes(32),
    publicUrl: 'http://localhost',
    limits,
    slowReaderMs: 60_000,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    port: (app.server.address() as AddressInfo).port,
    send: (events) => realtime.deliver(events),
  };
}

async function openBare(): Promise<Server> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on('connection', (ws: WebSocket) => ws.on('message', () => {}));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    port: (http.address() as AddressInfo).port,
    send(events) {
      for (const { topic, sequence, type, data, at } of events) {
        const text = JSON.stringify({ topic, sequence: Number(sequence), type, data, at: at.toISOString() });
        for (const ws of sockets.clients) ws.send(text);
      }
    },
  };
}

const paddings = new Map<number, string>();

/** The same text for all events of a size: what is measured is the feed's memory, not this process's. */
function paddingOf(size: number): string {
  const padding = paddings.get(size) ?? 'x'.repeat(size);
  paddings.set(size, padding);
  return padding;
}

function nextEvent(topic: string, size: number): OrderedEvent {
  const list = published.get(topic)!;
  const sequence = BigInt(list.length + 1);
  const data = { sentAt: performance.timeOrigin + performance.now(), padding: paddingOf(size) };
  const event = { topic, sequence, type: 'auction.bid', data, at: new Date(), xid: '1', id: sequence };
  list.push(event);
  return event;
}

const server = await (process.argv[2] === 'bare' ? openBare() : openFeed());

async function obey(order: FeedOrder): Promise<FeedAnswer> {
  if (order.do === 'publish') {
    for (let sent = 0; sent < order.count; sent += order.together) {
      server.send(Array.from({ length: order.together }, () => nextEvent(order.topic ?? TOPIC, order.size)));
      if (order.everyMs) await new Promise((resolve) => setTimeout(resolve, order.everyMs));
      // Time for the portions of a large audience, the same for both.
      else for (let turn = 0; turn < 8; turn++) await new Promise(setImmediate);
    }
  } else if (order.do === 'collect') {
    for (let i = 0; i < 3; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, rss: anonymousBytes(), published: published.get(TOPIC)!.length };
}

/** Memory of this process's own: what is mapped from files comes and goes with the kernel's needs. */
function anonymousBytes(): number {
  const [, kib] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))!;
  return Number(kib) * 1024;
}

process.on('message', async (order: FeedOrder) => process.send!(await obey(order)));
process.once('disconnect', () => process.exit(0));
process.send!({ port: server.port });
