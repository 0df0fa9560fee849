import { randomBytes } from 'node:crypto';
import type { AuctionFacts } from '@ece/auctions';
import type { ListingRange } from '@ece/market';
import { atomically, type Database } from '@ece/platform/db/database';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import type { Job } from '@ece/platform/jobs/runner';
import { createLogger } from '@ece/platform/log/log';
import { type NewEvent, publish } from '@ece/platform/outbox/publish';
import { createMetrics, type Metrics } from '@ece/platform/telemetry/metrics';
import type { User } from '@ece/users';
import type { FastifyInstance } from 'fastify';
import { untilVisible } from '../../tests/support/horizon.ts';
import { serviceDatabase } from '../../tests/support/service-database.ts';
import { type NotificationsContext, notifications } from './api.ts';

export interface Person {
  id: string;
  handle: string;
  email: string;
}

/** A card with its copies, as the neighbours know it. */
export interface TestCard {
  id: string;
  setId: string;
  copyIds: string[];
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
}

/** The notifications over a real database, with neighbours that keep people, cards and auctions in memory. */
export interface TestWorld {
  db: Database;
  app: FastifyInstance;
  metrics: Metrics;
  context: NotificationsContext;
  people: Map<string, Person>;
  auctions: Map<string, AuctionFacts>;
  /** The ends of a card's listings, by card. */
  ranges: Map<string, ListingRange>;
  person(): Person;
  card(copies?: number): TestCard;
  auction(sellerId: string, card: TestCard, facts?: Partial<AuctionFacts>): AuctionFacts;
  tell(...events: NewEvent[]): Promise<void>;
  /** Runs a job until it has nothing left to do. */
  run(job: string): Promise<void>;
  call<T = Record<string, unknown>>(
    person: Person | undefined,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** Opens a world. `given` replaces parts of the context. */
export async function openTestWorld(given: Partial<NotificationsContext> = {}): Promise<TestWorld> {
  const { db, close } = await serviceDatabase([notifications.migrations]);
  const log = createLogger({ level: 'silent', format: 'json' });
  const metrics = createMetrics();
  const people = new Map<string, Person>();
  const cards = new Map<string, TestCard>();
  const auctions = new Map<string, AuctionFacts>();
  const ranges = new Map<string, ListingRange>();
  const context = {
    ...{ db, log, metrics, hint: () => {} },
    publicUrl: 'http://exchange.test',
    secret: randomBytes(32),
    webhookLoopback: true,
    keepDays: 90,
    ...neighbours(people, cards, auctions, ranges),
    ...given,
  } as NotificationsContext;
  const instance = notifications.create(context);
  const jobs = new Map<string, Job>(instance.jobs.map((job) => [job.name, job]));
  const app = createApp({ log, metrics });
  app.addHook('onRequest', async (request) => {
    const accountId = request.headers['x-account'];
    if (accountId) request.principal = { accountId: String(accountId), role: 'collector', sessionId: 'test' };
  });
  instance.routes(app);
  await app.ready();
  return {
    ...{ db, app, metrics, context, people, auctions, ranges },
    person() {
      const id = newId();
      const handle = `p_${id.slice(-8)}`;
      const person = { id, handle, email: `${handle}@test.ece.example` };
      people.set(id, person);
      return person;
    },
    card(copies = 3) {
      const card = { id: newId(), setId: newId(), copyIds: Array.from({ length: copies }, () => newId()) };
      cards.set(card.id, card);
      return card;
    },
    auction(sellerId, card, facts = {}) {
      const auction: AuctionFacts = {
        ...{ id: newId(), sellerId, state: 'open', endsAt: new Date(Date.now() + 3_600_000) },
        lot: card.copyIds.map((copyId) => ({ copyId, cardId: card.id })),
        ...facts,
      };
      auctions.set(auction.id, auction);
      return auction;
    },
    tell: (...events) => atomically(db, async (tx) => void (await publish(tx, events))),
    async run(name) {
      const job = jobs.get(name);
      if (!job) throw new Error(`there is no job ${name}`);
      await untilVisible(db);
      while (await job.run());
    },
    async call<T>(
      person: Person | undefined,
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: string,
      body?: object,
    ) {
      const response = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: person ? { 'x-account': person.id } : {},
        ...(body && { payload: body }),
      });
      return {
        status: response.statusCode,
        body: (response.body ? response.json() : undefined) as T,
      };
    },
    async close() {
      await app.close();
      await instance.stop?.();
      await close();
    },
  };
}

function neighbours(
  people: Map<string, Person>,
  cards: Map<string, TestCard>,
  auctions: Map<string, AuctionFacts>,
  ranges: Map<string, ListingRange>,
) {
  const shown = { editionSize: 100, name: 'Aurora', setCode: 'TEST', rarity: 'rare' as const };
  const artworkUrl = '/content/artwork';
  const found = <T>(ids: string[], get: (id: string) => T | undefined) =>
    Object.fromEntries(ids.flatMap((id) => (get(id) === undefined ? [] : [[id, get(id)!]])));
  return {
    users: {
      handles: async (ids: string[]) => found(ids, (id) => people.get(id)?.handle),
      byIds: async (ids: string[]) => Object.values(found(ids, (id) => people.get(id))) as User[],
      byHandle: async (handle: string) =>
        [...people.values()].find((person) => person.handle === handle) as User | undefined,
    },
    nfts: {
      summaries: async (ids: string[]) =>
        found(ids, (id) => {
          const card = [...cards.values()].find((one) => one.copyIds.includes(id));
          return card && { id, cardId: card.id, serial: card.copyIds.indexOf(id) + 1, artworkUrl, ...shown };
        }),
      cardFacts: async (ids: string[]) =>
        found(ids, (id) => {
          const card = cards.get(id);
          return card && { id, setId: card.setId, artworkUrl, ...shown };
        }),
      setFacts: async (ids: string[]) =>
        found(ids, (id) =>
          [...cards.values()].some((card) => card.setId === id) ? { id, name: 'Test set' } : undefined,
        ),
    },
    auctions: { facts: async (ids: string[]) => found(ids, (id) => auctions.get(id)) },
    market: { listingRange: async (cardId: string) => ranges.get(cardId) ?? {} },
  };
}
