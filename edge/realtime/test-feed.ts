import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { atomically, type Database } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { publish } from '@ece/platform/outbox/publish';
import { Relay } from '@ece/platform/outbox/relay';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { outboxOf } from './history.ts';
import { Hub } from './hub.ts';
import { type Realtime, type RealtimeOptions, serveRealtime } from './server.ts';

export const log = createLogger({ level: 'silent', format: 'json' });
export const tokenSecret = randomBytes(32);

let database: ServiceDatabase;
let app: FastifyInstance;
/** The feed of the file that runs: its database, its process and the sockets that are open to it. */
export let db: Database;
export let relay: Relay;
export let hub: Hub;
export let url: string;
export const open: Socket[] = [];

/** Serves a feed beside the file's own. */
export async function serve(
  target: Hub,
  options: Partial<RealtimeOptions> = {},
): Promise<{ app: FastifyInstance; url: string; realtime: Realtime }> {
  const served = createApp({ log, metrics: createMetrics() });
  const publicUrl = 'https://cards.example/';
  const realtime = serveRealtime(served, { hub: target, tokenSecret, publicUrl, ...options });
  await served.listen({ host: '127.0.0.1', port: 0 });
  const { port } = served.server.address() as AddressInfo;
  return { app: served, url: `ws://127.0.0.1:${port}/api/v1/realtime`, realtime };
}

/** Opens a feed on a database of its own for the tests of a file, and leaves no socket open between them. */
export function useFeed(): void {
  beforeAll(async () => {
    database = await serviceDatabase();
    db = database.db;
    relay = new Relay({ db: db, log, idleMs: 20 });
    hub = new Hub({ outbox: outboxOf(db), log });
    let realtime: Realtime;
    ({ app, url, realtime } = await serve(hub));
    relay.listen((events) => realtime.deliver(events));
    await relay.start();
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.close();
    await until(() => hub.size === 0);
  });
  afterAll(async () => {
    await app.close();
    await relay.stop();
    await database.close();
  });
}

/** A message of the feed. */
export interface Frame {
  topic: string;
  sequence: number;
  type: string;
  data: { n: number };
  subscribed?: { topic: string; sequence: number };
  error?: { code: string; topic?: string };
  reconnect?: { afterMs: number };
}

/** A client that keeps every frame and can wait for a condition on them. */
export class Socket {
  readonly frames: Frame[] = [];
  readonly ws: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  #woken = Promise.withResolvers<void>();

  constructor(address: string, options: ClientOptions) {
    this.ws = new WebSocket(address, options);
    this.closed = new Promise((resolve) =>
      this.ws.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.ws.on('error', () => {});
    this.ws.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.#woken.resolve();
      this.#woken = Promise.withResolvers();
    });
  }

  say(message: object | string | Buffer): void {
    this.ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const lost = await Promise.race([this.#woken.promise, this.closed.then((close) => close)]);
      if (lost && !holds()) throw new Error(`closed with ${lost.code} ${lost.reason}`);
    }
  }

  events(topic: string): Frame[] {
    return this.frames.filter((frame) => frame.topic === topic && frame.sequence !== undefined);
  }

  async error(code: string, topic?: string): Promise<void> {
    await this.until(() =>
      this.frames.some((frame) => frame.error?.code === code && frame.error.topic === topic),
    );
  }

  async subscribe(topic: string, after?: number): Promise<number> {
    this.say({ subscribe: [{ topic, after }] });
    const before = this.frames.length;
    const found = () => this.frames.slice(before).find((frame) => frame.subscribed?.topic === topic);
    await this.until(() => found() !== undefined);
    return found()!.subscribed!.sequence;
  }

  close(): void {
    this.ws.terminate();
  }
}

/** Opens a socket that is closed after the test. */
export async function connect(options: ClientOptions & { address?: string } = {}): Promise<Socket> {
  const { address = url, ...rest } = options;
  const socket = new Socket(address, { perMessageDeflate: false, ...rest });
  open.push(socket);
  await once(socket.ws, 'open');
  return socket;
}

/** The status of a refused upgrade. */
export async function refusal(address: string, options: ClientOptions = {}): Promise<number> {
  const ws = new WebSocket(address, options);
  ws.on('error', () => {});
  const [, response] = await once(ws, 'unexpected-response');
  return response.statusCode;
}

export async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { timeout: 30_000, interval: 5 });
}

/** Lets other work of this process go first, a number of times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

/** Publishes numbered events. */
export async function say(topic: string, count: number, first = 0, data: object = {}): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => ({
    topic,
    type: 'thing.done',
    data: { n: first + i, ...data },
  }));
  await atomically(db, (tx) => publish(tx, events));
  relay.hint();
}

export const auction = () => `auction:${newId()}`;
export const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
export const sequences = (frames: Frame[]) => frames.map((frame) => frame.sequence);

/** An identity with a session, and its token. */
export async function signedIn(seconds = 600) {
  const principal = { accountId: newId(), role: 'collector' as const, sessionId: newId() };
  const token = await signAccessToken(tokenSecret, principal, seconds);
  return { ...principal, token, topic: `user:${principal.accountId}` };
}
