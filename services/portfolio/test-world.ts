import type { OperationOptions } from '@ece/contract';
import { market } from '@ece/market';
import type { CopySummary, NftsApi } from '@ece/nfts';
import { atomically, type Database } from '@ece/platform/db/database';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import type { Job } from '@ece/platform/jobs/runner';
import { createLogger } from '@ece/platform/log/log';
import { publish } from '@ece/platform/outbox/publish';
import type { ServiceInstance } from '@ece/platform/service';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { User, UsersApi } from '@ece/users';
import {
  CHAIN,
  createCopies,
  finishMint,
  lockCopies,
  moveCopies,
  movedEvents,
  openAccounts,
  openTransaction,
  type SwapSide,
  settle,
  swap,
  transferMany,
} from '@ece/vault';
import { Ajv } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { untilVisible } from '../../tests/support/horizon.ts';
import { serviceDatabase } from '../../tests/support/service-database.ts';
import { type PortfolioApi, type PortfolioContext, portfolio } from './api.ts';

export interface Person {
  id: string;
  handle: string;
}

export interface Card {
  id: string;
  setId: string;
  number: number;
  rarity: CopySummary['rarity'];
  editionSize: number;
}

export const FEE = 250;
export const ROYALTY = 500;
const DAY = 86_400_000;

/** Days before now, to the middle of that day in UTC. */
export const daysAgo = (days: number) => new Date(Math.floor(Date.now() / DAY) * DAY - days * DAY + DAY / 2);

/** The portfolio and the market over a real database and vault, with people and cards kept in memory. */
export class PortfolioWorld {
  readonly db: Database;
  readonly app: FastifyInstance;
  readonly portfolio: ServiceInstance<PortfolioApi>;
  readonly cards = new Map<string, Card>();
  readonly creator: Person = { id: newId(), handle: 'creator' };
  readonly #people = new Map<string, Person>();
  readonly #copies = new Map<string, { card: Card; serial: number }>();
  readonly #context: PortfolioContext;
  readonly #close: () => Promise<void>;

  static async open(): Promise<PortfolioWorld> {
    const { db, close } = await serviceDatabase([market.migrations, portfolio.migrations]);
    const world = new PortfolioWorld(db, close);
    await world.app.ready();
    await atomically(db, (tx) => openAccounts(tx, [world.creator.id]));
    return world;
  }

  private constructor(db: Database, close: () => Promise<void>) {
    this.db = db;
    this.#close = close;
    const log = createLogger({ level: 'silent', format: 'json' });
    const metrics = createMetrics();
    this.app = createApp({ log, metrics });
    this.app.addHook('onRequest', async (request) => {
      const accountId = request.headers['x-account'];
      if (accountId)
        request.principal = { accountId: String(accountId), role: 'collector', sessionId: 'test' };
    });
    const [users, nfts] = [this.#users(), this.#nfts()];
    const venue = market.create({ db, users, nfts, log, metrics, hint() {}, feeBasisPoints: FEE });
    venue.routes(this.app);
    this.#context = { db, users, nfts, market: venue.api };
    this.portfolio = portfolio.create(this.#context);
    this.portfolio.routes(this.app);
  }

  /** The service as another process would make it, which remembers nothing. */
  restarted(): ServiceInstance<PortfolioApi> {
    return portfolio.create(this.#context);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.#close();
  }

  async people(count: number): Promise<Person[]> {
    const made = Array.from({ length: count }, () => {
      const id = newId();
      return { id, handle: `p${id.replaceAll('-', '').slice(9)}` };
    });
    for (const person of made) this.#people.set(person.id, person);
    await atomically(this.db, async (tx) => {
      await openAccounts(
        tx,
        made.map((person) => person.id),
      );
      await transferMany(
        tx,
        made.map(({ id }) => ({
          kind: 'deposit',
          reference: null,
          postings: [
            { accountId: CHAIN, amount: -1_000_000_000_000n },
            { accountId: id, amount: 1_000_000_000_000n },
          ],
        })),
      );
    });
    return made;
  }

  card(setId: string, rarity: Card['rarity'] = 'rare', editionSize = 50): Card {
    const number = [...this.cards.values()].filter((card) => card.setId === setId).length + 1;
    const card = { id: newId(), setId, number, rarity, editionSize };
    this.cards.set(card.id, card);
    return card;
  }

  /** The next copies of a card, one for each owner. Serials go on from the last. */
  async mint(card: Card, owners: Person[]): Promise<string[]> {
    const before = [...this.#copies.values()].filter((copy) => copy.card === card).length;
    const ids = owners.map(() => newId());
    await atomically(this.db, async (tx) => {
      for (const [index, owner] of owners.entries()) {
        const copy = { id: ids[index]!, cardId: card.id, serial: before + index + 1 };
        this.#copies.set(copy.id, { card, serial: copy.serial });
        await createCopies(tx, newId(), owner.id, [copy]);
        const moved = { copyId: copy.id, cardId: card.id, epoch: 0n, fromId: null, toId: owner.id };
        await publish(tx, movedEvents('mint', [moved]));
      }
      await finishMint(tx, ids);
    });
    return ids;
  }

  /** Settles a sale as the venues do, now or at a time of the past. The price is in micro-USDC. */
  async sell(copyId: string, buyer: Person, price: bigint, at?: Date): Promise<void> {
    await atomically(this.db, async (tx) => {
      const copy = (await lockCopies(tx, [copyId])).get(copyId)!;
      const [result] = await settle(tx, [
        {
          venue: 'listing',
          reference: newId(),
          sellerId: copy.ownerId,
          buyerId: buyer.id,
          price,
          feeBasisPoints: FEE,
          items: [{ copy, royaltyBasisPoints: ROYALTY, royaltyAccountId: this.creator.id }],
          ...(at && { at }),
        },
      ]);
      if (!result!.ok) throw new Error(result!.error.code);
      const { id, cardId } = result!.value[0]!;
      await publish(tx, [{ topic: `card:${cardId}`, type: 'sale.completed', data: { saleId: id, copyId } }]);
    });
  }

  /** Swaps copies and cash between two people. Cash in micro-USDC; no fee unless one is given. */
  async trade(
    a: { person: Person; give: string[]; cash?: bigint; fee?: bigint },
    b: { person: Person; give: string[]; cash?: bigint; fee?: bigint },
  ): Promise<void> {
    await atomically(this.db, async (tx) => {
      const copies = await lockCopies(tx, [...a.give, ...b.give]);
      const side = ({ person, give, cash, fee }: typeof a): SwapSide => ({
        accountId: person.id,
        copies: give.map((id) => copies.get(id)!),
        cash: cash ?? 0n,
        fee: fee ?? 0n,
      });
      const swapped = await swap(tx, newId(), [side(a), side(b)]);
      if (!swapped.ok) throw new Error(swapped.error.code);
      await publish(
        tx,
        movedEvents(
          'trade',
          [...copies.values()].map((copy) => ({
            copyId: copy.id,
            cardId: copy.cardId,
            epoch: copy.epoch + 1n,
            fromId: copy.ownerId,
            toId: copy.ownerId === a.person.id ? b.person.id : a.person.id,
          })),
        ),
      );
    });
  }

  /** Sends a copy out to a wallet, or brings one in. */
  async transfer(copyId: string, to: Person | undefined): Promise<void> {
    await atomically(this.db, async (tx) => {
      const copy = (await lockCopies(tx, [copyId])).get(copyId)!;
      const transactionId = await openTransaction(tx, to ? 'copy_deposit' : 'copy_withdrawal', newId());
      const move = { copyId, fromId: copy.ownerId, toId: to?.id ?? CHAIN, epoch: copy.epoch };
      await moveCopies(tx, [{ ...move, transactionId }]);
      const moved = { ...move, cardId: copy.cardId, epoch: copy.epoch + 1n };
      await publish(tx, movedEvents(to ? 'deposit' : 'withdrawal', [moved]));
    });
  }

  /** Makes an offer by the market's own call. */
  async offer(person: Person, body: { cardId: string; amount: string }): Promise<void> {
    const response = await this.app.inject({
      method: 'POST',
      url: '/api/v1/offers',
      headers: { 'x-account': person.id, 'idempotency-key': newId() },
      payload: body,
    });
    if (response.statusCode !== 201) throw new Error(response.body);
  }

  /** Runs the jobs until none has anything to do. */
  async processAll(): Promise<void> {
    const run = async (job: Job) => {
      while (await job.run());
    };
    await untilVisible(this.db);
    for (const job of this.portfolio.jobs) await run(job);
  }

  /** Makes a call as a person and gives its answer, which must fit the contract. */
  async get<T>(operation: OperationOptions, path: string, person?: Person): Promise<T> {
    const response = await this.app.inject({
      url: `/api/v1${path}`,
      headers: { ...(person && { 'x-account': person.id }) },
    });
    if (response.statusCode !== 200) throw new Error(response.body);
    if (operation.mediaType) return response.body as T;
    const body = response.json() as T;
    const validate = new Ajv({ strict: false }).compile(operation.response as object);
    if (!validate(body)) throw new Error(JSON.stringify(validate.errors));
    return body;
  }

  #users(): UsersApi {
    const own: Pick<UsersApi, 'handles' | 'byHandle'> = {
      handles: async (ids) =>
        Object.fromEntries(ids.map((id) => [id, this.#people.get(id)?.handle ?? 'nobody'])),
      byHandle: async (handle) =>
        [...this.#people.values()].find((person) => person.handle === handle) as User | undefined,
    };
    return own as UsersApi;
  }

  #nfts(): NftsApi {
    const setsOf = () => [...new Set([...this.cards.values()].map((card) => card.setId))].toSorted();
    const code = (setId: string) => `S${setsOf().indexOf(setId)}`;
    const recordOf = (card: Card) => ({
      ...card,
      ...{
        name: nameOf(card),
        setCode: code(card.setId),
        setName: `Set ${code(card.setId)}`,
        category: 'Cards',
      },
    });
    const own: Partial<NftsApi> = {
      summaries: async (ids) =>
        Object.fromEntries(
          ids.flatMap((id) => {
            const copy = this.#copies.get(id);
            if (!copy) return [];
            const { card, serial } = copy;
            const { rarity, editionSize } = card;
            const fixed = { name: nameOf(card), setCode: 'SET', artworkUrl: '/content/x' };
            return [[id, { id, cardId: card.id, serial, rarity, editionSize, ...fixed }]];
          }),
        ),
      royalties: async (ids) =>
        ids.map((copyId) => ({ copyId, basisPoints: ROYALTY, accountId: this.creator.id })),
      cardFacts: async (ids) =>
        Object.fromEntries(
          ids.flatMap((id) => {
            const card = this.cards.get(id);
            if (!card) return [];
            const { number: _, ...facts } = recordOf(card);
            return [[id, { ...facts, artworkUrl: '/content/x' }]];
          }),
        ) as never,
      setFacts: async (ids) =>
        Object.fromEntries(
          ids.map((id) => {
            const earns = { royaltyBasisPoints: ROYALTY, creatorId: this.creator.id };
            return [id, { id, code: code(id), name: `Set ${code(id)}`, ...earns }];
          }),
        ),
      setsOfCopies: async (ids) => [...new Set(ids.flatMap((id) => this.#copies.get(id)?.card.setId ?? []))],
      sets: async (selection) => {
        const ids =
          'ids' in selection
            ? selection.ids.filter((id) => setsOf().includes(id))
            : setsOf()
                .filter((id) => !selection.after || id > selection.after)
                .slice(0, selection.limit);
        return ids.map((id) => {
          const cards = [...this.cards.values()].filter((card) => card.setId === id).length;
          return { id, code: code(id), name: `Set ${code(id)}`, cards };
        }) as never;
      },
      cardsOfSet: async (setId, after, limit) =>
        [...this.cards.values()]
          .filter((card) => card.setId === setId && card.number > after)
          .slice(0, limit)
          .map(recordOf) as never,
    };
    return own as NftsApi;
  }
}

/** A name that a spreadsheet would take for a formula. */
const nameOf = (card: Card) => `=Card ${card.number}`;
