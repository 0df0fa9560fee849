import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { SESSION_COOKIE } from '@ece/auth';
import { mayBeOld, type OperationOptions, operations } from '@ece/contract';
import { API } from '@ece/platform/http/route';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { requestIdOf } from '@ece/platform/telemetry/call-context';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CACHE_HEADERS, type Page, PageCache, toPage } from './page-cache.ts';
import type { SharedPages } from './shared-pages.ts';

/** What no event tells of (figures of the market, the search) is this old at the most. */
export const MAX_AGE_MS = 1_000;
const MOST_PAGES = 2_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** A larger answer, or one with a longer address, is not kept. */
const LARGEST = 512 * 1024;
const LONGEST_ADDRESS = 1_024;

/** The paths of operations that answer everybody who is not signed in alike. */
const HOT = new Set(
  Object.values(operations)
    .flatMap((list): OperationOptions[] => Object.values(list))
    .filter(mayBeOld)
    .map(({ path }) => `${API}${path}`),
);
/** Addresses that look like one of them; which operation it is, the router decides. */
const HOT_ADDRESS = new RegExp(
  `^(?:${[...HOT].map((path) => path.replace(/:\w+/g, '[^/?]+')).join('|')})(?:\\?|$)`,
);

/** Whether an event may change what everybody sees. Auctions are never kept, and a user's topic is private. */
function isPublic({ topic }: OrderedEvent): boolean {
  return !topic.startsWith('auction:') && !topic.startsWith('user:');
}

export interface HotPagesOptions {
  /** Hands on every event of the exchange. */
  listen(listener: (events: OrderedEvent[]) => void): void;
  metrics: Metrics;
  /** What gateways leave for each other, where they can. */
  shared?: SharedPages;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An answer that is being made, and those who wait for it. */
interface Making {
  begun: number;
  /** Where others find it; undefined where nobody does. */
  place: string | undefined;
  waiting: ((page: Page | undefined) => void)[];
}

/**
 * Answers what many ask for at the same time without doing the work again: public answers to people who are not
 * signed in are kept as bytes until something happens, a second at the most. They never come to the framework, so
 * they are neither logged nor counted by the limits of calls: refusing one would cost as much. While an answer is
 * made, others who ask for the same wait for it. What another gateway has made since the last event is taken from it.
 * Each carries an ETag, and `If-None-Match` is answered with 304. Whoever is signed in always gets what is true now.
 *
 * Call it in the gateway before routes are registered.
 */
export function serveHotPages(app: FastifyInstance, { listen, metrics, shared }: HotPagesOptions): void {
  const cache = new PageCache({
    ...{ maxAgeMs: MAX_AGE_MS, maxPages: MOST_PAGES, maxBytes: MOST_BYTES },
    now: () => performance.now(),
  });
  const hits = metrics.counter('ece_hot_pages_total', 'Answers that were sent as they were kept');
  const recalled = metrics.counter('ece_shared_pages_total', 'Answers that another gateway had made');
  listen((events) => {
    const seen = events.filter(isPublic);
    if (seen.length === 0) return;
    shared?.learn(seen);
    cache.clear();
  });
  const makingBy = new Map<string, Making>();
  const makingFor = new WeakMap<IncomingMessage, Making>();
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });

  const [handler] = app.server.listeners('request') as [Handler];
  app.server.off('request', handler);
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const address = request.url!;
    if (closing || !isAnonymous(request)) return handler(request, response);
    const page = cache.get(address);
    if (page) {
      hits.inc();
      return send(request, response, page);
    }
    if (!mayBeKept(request)) return handler(request, response);
    const other = makingBy.get(address);
    if (other?.begun === cache.generation) {
      other.waiting.push((made) => {
        if (!made) return handler(request, response);
        hits.inc();
        send(request, response, made);
      });
      return;
    }
    const mine: Making = { begun: cache.generation, place: shared?.place, waiting: [] };
    makingBy.set(address, mine);
    makingFor.set(request, mine);
    response.once('close', () => finish(address, mine, undefined));
    if (mine.place === undefined) return handler(request, response);
    shared!.recall(mine.place, address).then((found) => {
      if (response.destroyed) return;
      if (!found) return handler(request, response);
      recalled.inc();
      cache.keep(address, found.page, mine.begun, found.endsInMs);
      finish(address, mine, found.page);
      send(request, response, found.page);
    });
  });

  function finish(address: string, mine: Making, page: Page | undefined): void {
    if (makingBy.get(address) === mine) makingBy.delete(address);
    for (const next of mine.waiting.splice(0)) next(page);
  }

  app.addHook('onSend', (request, reply, payload, done) => {
    // Nearly every call that comes here: without a promise, it goes on at once.
    if (reply.statusCode !== 200 || !mayBeKept(request.raw) || !isHot(request)) return done(null, payload);
    toAnswer(request, reply, payload).then((sent) => done(null, sent), done);
  });

  async function toAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const address = request.raw.url!;
    const body = await bytesOf(reply, payload);
    if (!body) return payload;
    const type = String(reply.getHeader('content-type'));
    const page = toPage(body, type);
    const mine = makingFor.get(request.raw);
    if (mine) {
      cache.keep(address, page, mine.begun);
      if (mine.place !== undefined && mine.begun === cache.generation)
        shared!.keep(mine.place, address, page, type);
      finish(address, mine, page);
    }
    return answer(reply, page, request.headers['if-none-match']);
  }
}

function isAnonymous({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' && headers.authorization === undefined && !headers.cookie?.includes(`${SESSION_COOKIE}=`)
  );
}

function mayBeKept(request: IncomingMessage): boolean {
  const address = request.url!;
  return isAnonymous(request) && address.length <= LONGEST_ADDRESS && HOT_ADDRESS.test(address);
}

function isHot(request: FastifyRequest): boolean {
  return request.principal === undefined && HOT.has(request.routeOptions.url ?? '');
}

/** The bytes of an answer; undefined where it is too large. What another process answers comes as a stream. */
async function bytesOf(reply: FastifyReply, payload: unknown): Promise<Buffer | undefined> {
  if (typeof payload === 'string') return payload.length <= LARGEST ? Buffer.from(payload) : undefined;
  const isSmall = Number(reply.getHeader('content-length')) <= LARGEST;
  if (!(payload instanceof Readable) || !isSmall) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of payload) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(reply: FastifyReply, { body, etag }: Page, known: string | undefined): Buffer | string {
  reply.headers({ ...CACHE_HEADERS, etag });
  if (!isKnown(known, etag)) {
    reply.header('content-length', body.length);
    return body;
  }
  reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return '';
}

function send(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const { body, etag, headers, headersOfKnown } = page;
  if (isKnown(request.headers['if-none-match'], etag)) {
    response.writeHead(304, ['x-request-id', requestIdOf(request.headers), ...headersOfKnown]).end();
    return;
  }
  response.writeHead(200, ['x-request-id', requestIdOf(request.headers), ...headers]).end(body);
}

/** Weak comparison of a list of validators (RFC 9110, 13.1.2). */
function isKnown(known: string | undefined, etag: string): boolean {
  if (known === undefined) return false;
  if (known === etag || known === '*') return true;
  return known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
