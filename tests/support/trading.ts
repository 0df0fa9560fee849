import { randomUUID } from 'node:crypto';
import type { OperationOptions } from '@ece/contract';
import type { CardFacts, CopySummary, NftsApi, Royalty, SetFacts } from '@ece/nfts';
import { atomically, type Database, type DatabasePlace } from '@ece/platform/db/database';
import type { MigrationSource } from '@ece/platform/db/migrate';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import type { Job } from '@ece/platform/jobs/runner';
import { createLogger, type Logger } from '@ece/platform/log/log';
import type { ServiceInstance } from '@ece/platform/service';
import { createMetrics, type Metrics } from '@ece/platform/telemetry/metrics';
import type { User, UsersApi } from '@ece/users';
import { type Balance, CHAIN, createCopies, finishMint, openAccounts, transferMany } from '@ece/vault';
import { Ajv, type ValidateFunction } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { type ServiceDatabase, serviceDatabase } from './service-database.ts';

/** What the market and the trades are made with. */
interface TradingContext {
  db: Database;
  database: DatabasePlace;
  nfts: NftsApi;
  users: UsersApi;
  log: Logger;
  metrics: Metrics;
  hint(): void;
  feeBasisPoints: number;
}

interface TradingModule {
  name: string;
  migrations: MigrationSource;
  create(context: TradingContext): ServiceInstance<object>;
}

export interface Person {
  id: string;
  handle: string;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** What copies that a test makes are copies of; the rest is made up. */
export interface Traits {
  setId?: string;
  rarity?: CardFacts['rarity'];
  category?: string;
}

export const FEE_BASIS_POINTS = 250;
export const ROYALTY_BASIS_POINTS = 500;

/**
 * Services over a real database and vault, with neighbours that keep people and cards in memory: copies of
 * cards in circulation, people with money, and calls through the routes of the contract.
 */
export class TradingWorld {
  readonly db: Database;
  readonly app: FastifyInstance;
  readonly metrics = createMetrics();
  readonly apis = new Map<string, object>();
  readonly jobs = new Map<string, Job>();
  hints = 0;
  readonly #people = new Map<string, Person>();
  readonly #copies = new Map<string, { cardId: string; serial: number; royalty: Royalty | undefined }>();
  readonly #cards = new Map<string, CardFacts>();
  readonly #sets = new Map<string, SetFacts>();
  readonly #validators = new Map<OperationOptions, ValidateFunction>();
  readonly #ajv = new Ajv({ strict: false });
  readonly #database: ServiceDatabase;
  readonly #services: ServiceInstance<object>[] = [];

  static async open(modules: TradingModule[]): Promise<TradingWorld> {
    const world = new TradingWorld(await serviceDatabase(modules.map((module) => module.migrations)));
    for (const module of modules) {
      const instance = module.create(world.#context());
      world.#services.push(instance);
      world.apis.set(module.name, instance.api);
      for (const job of instance.jobs) world.jobs.set(job.name, job);
      instance.routes(world.app);
    }
    await world.app.ready();
    return world;
  }

  private constructor(database: ServiceDatabase) {
    this.db = database.db;
    this.#database = database;
    this.app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: this.metrics });
    this.app.addHook('onRequest', async (request) => {
      const accountId = request.headers['x-account'];
      if (accountId)
        request.principal = { accountId: String(accountId), role: 'collector', sessionId: 'test' };
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    for (const service of this.#services) await service.stop?.();
    await this.#database.close();
  }

  /** People with a balance each, in micro-USDC. */
  async people(count: number, amount: bigint): Promise<Person[]> {
    const made = Array.from({ length: count }, () => {
      const id = newId();
      return { id, handle: `p${id.slice(9).replaceAll('-', '')}` };
    });
    for (const person of made) this.#people.set(person.id, person);
    await atomically(this.db, async (tx) => {
      await openAccounts(
        tx,
        made.map((person) => person.id),
      );
      if (amount === 0n) return;
      await transferMany(
        tx,
        made.map(({ id }) => ({
          kind: 'deposit',
          reference: null,
          postings: [
            { accountId: CHAIN, amount: -amount },
            { accountId: id, amount },
          ],
        })),
      );
    });
    return made;
  }

  /**
   * Copies of one card, one for each owner given. With a creator, a royalty goes to them. Each card is a set of
   * its own, with the card's id, unless its traits name another.
   */
  async copies(owners: Person[], creator?: Person, traits: Traits = {}): Promise<string[]> {
    const cardId = newId();
    const { setId = cardId, rarity = 'rare', category = 'Apps' } = traits;
    this.#cards.set(cardId, {
      ...{ id: cardId, setId, setCode: 'APPS1', setName: 'Apps', name: 'Aurora Notes', rarity, category },
      ...{ editionSize: 100, artworkUrl: '/content/artwork' },
    });
    this.#sets.set(setId, {
      ...{ id: setId, code: 'APPS1', name: 'Apps', royaltyBasisPoints: creator ? ROYALTY_BASIS_POINTS : 0 },
      creatorId: (creator ?? owners[0]!).id,
    });
    const ids = owners.map(() => newId());
    await atomically(this.db, async (tx) => {
      await Promise.all(
        owners.map((owner, index) =>
          createCopies(tx, newId(), owner.id, [{ id: ids[index]!, cardId, serial: index + 1 }]),
        ),
      );
      await finishMint(tx, ids);
    });
    for (const [index, copyId] of ids.entries()) {
      const royalty = creator && { copyId, basisPoints: ROYALTY_BASIS_POINTS, accountId: creator.id };
      this.#copies.set(copyId, { cardId, serial: index + 1, royalty });
    }
    return ids;
  }

  /** Balances of people, in their order. */
  async balances(people: Person[]): Promise<Balance[]> {
    const rows = await this.db<({ id: string } & Balance)[]>`
      select id, available, held from vault.accounts where id = any(${people.map((p) => p.id)}::uuid[])`;
    const found = new Map(rows.map(({ id, available, held }) => [id, { available, held }]));
    return people.map((person) => found.get(person.id)!);
  }

  /** Makes a call as a person; POST calls get a new key unless one is given. */
  async call(
    person: Person | undefined,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    key: string = randomUUID(),
  ): Promise<Answer> {
    const response = await this.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: {
        ...(person && { 'x-account': person.id }),
        ...(method === 'POST' && { 'idempotency-key': key }),
      },
      ...(body && { payload: body }),
    });
    return { status: response.statusCode, body: response.json() };
  }

  /** What is wrong with an answer by the contract; nothing when it fits. */
  problems(operation: OperationOptions, answer: Answer): unknown {
    let validate = this.#validators.get(operation);
    if (!validate) {
      validate = this.#ajv.compile(operation.response as object);
      this.#validators.set(operation, validate);
    }
    if (answer.status !== (operation.status ?? 200)) return answer.body;
    return validate(answer.body) ? undefined : validate.errors;
  }

  #context(): TradingContext {
    return {
      db: this.db,
      database: { address: this.#database.connection },
      users: this.#users(),
      nfts: this.#nfts(),
      log: createLogger({ level: 'silent', format: 'json' }),
      metrics: this.metrics,
      hint: () => {
        this.hints++;
      },
      feeBasisPoints: FEE_BASIS_POINTS,
    };
  }

  #users(): UsersApi {
    const own: Pick<UsersApi, 'handles' | 'byHandle'> = {
      handles: async (ids) =>
        Object.fromEntries(
          ids.flatMap((id) => (this.#people.has(id) ? [[id, this.#people.get(id)!.handle]] : [])),
        ),
      byHandle: async (handle) => {
        const person = [...this.#people.values()].find((one) => one.handle === handle);
        return person as User | undefined;
      },
    };
    return own as UsersApi;
  }

  #nfts(): NftsApi {
    const own: Pick<NftsApi, 'summaries' | 'royalties' | 'cardFacts' | 'setFacts' | 'setsOfCopies'> = {
      setsOfCopies: async (ids) => [
        ...new Set(ids.flatMap((id) => this.#cards.get(this.#copies.get(id)?.cardId ?? '')?.setId ?? [])),
      ],
      summaries: async (ids) =>
        Object.fromEntries(
          ids.flatMap((id) => {
            const copy = this.#copies.get(id);
            return copy ? [[id, summary(id, copy.serial, this.#cards.get(copy.cardId)!)]] : [];
          }),
        ),
      royalties: async (ids) => ids.flatMap((id) => this.#copies.get(id)?.royalty ?? []),
      cardFacts: async (ids) => pick(this.#cards, ids),
      setFacts: async (ids) => pick(this.#sets, ids),
    };
    return own as NftsApi;
  }
}

function pick<T>(map: Map<string, T>, ids: string[]): Record<string, T> {
  return Object.fromEntries(ids.flatMap((id) => (map.has(id) ? [[id, map.get(id)!]] : [])));
}

function summary(id: string, serial: number, card: CardFacts): CopySummary {
  const { editionSize, name, setCode, rarity, artworkUrl } = card;
  return { id, cardId: card.id, serial, editionSize, name, setCode, rarity, artworkUrl };
}
