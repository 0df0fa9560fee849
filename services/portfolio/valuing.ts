import { atomically, type Database, type Sql, type Tx } from '@ece/platform/db/database';
import {
  type BooksRow,
  type CardRow,
  type ClosedDay,
  firstDay,
  readBase,
  reopenDays,
  tryLockBooks,
  writeClosing,
  writeDays,
  writeValues,
} from './books-store.ts';
import { advance, type Books, type CardFacts, type Sale, toCardBook, toComparable } from './domain/books.ts';
import { MOST_COMPARABLES } from './domain/comparables.ts';
import { dateOf, instantOf, nextDay, toDays } from './domain/days.ts';
import { type CardValue, cardValue, groupsOf } from './domain/estimate.ts';
import {
  noPremiums,
  type Premiums,
  premiumBasisPoints,
  SERIAL_CLASSES,
  type SerialClass,
} from './domain/serials.ts';
import { Standing, type Worth } from './domain/standing.ts';
import {
  cardsWithoutFacts,
  changesBetween,
  countingSales,
  heldAt,
  type SaleLot,
  salesBetween,
} from './lots-store.ts';

/** Milliseconds after its end for which a day stays open: a sale is dated a moment before it is committed. */
const GRACE_MS = 120_000;
/** Days that one transaction closes. */
const DAYS_AT_ONCE = 20;

/** What a process remembers of the books at the end of the closed day. */
interface Memory {
  version: bigint;
  books: Books;
  /** What everybody held then; only from one run to the next of those that close days. */
  standing?: Standing | undefined;
  facts: Map<string, CardFacts>;
}

/** Values the cards. One for each process; several may run at once and take turns. */
export class Valuer {
  readonly #db: Database;
  #memory: Memory | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Closes the days that are over, some at a time, and values the cards by what has been sold since.
   * @returns whether there is more to do at once
   */
  async run(): Promise<boolean> {
    try {
      return await atomically(this.#db, async (tx) => {
        const row = await tryLockBooks(tx);
        if (!row?.filled) return false;
        const today = dateOf(row.now);
        if (!row.changed && !row.replay && row.valuedDay === today) return false;
        return await this.#value(tx, row, today);
      });
    } catch (error) {
      // What was learnt in a transaction that did not commit is void.
      this.#memory = undefined;
      throw error;
    }
  }

  async #value(tx: Tx, row: BooksRow, today: string): Promise<boolean> {
    if ((await cardsWithoutFacts(tx, 1)).length > 0) return false;
    let { closedDay, version } = row;
    if (row.replay) {
      await reopenDays(tx);
      [closedDay, version] = [null, version + 1n];
    }
    const base = await readBase(tx);
    const memory = await this.#recall(tx, base, closedDay, version);
    const first = closedDay ? nextDay(closedDay) : ((await firstDay(tx)) ?? today);
    const open = dateOf(new Date(row.now.getTime() - GRACE_MS));
    const day = first < open ? await closeDays(tx, memory, first, open) : first;
    this.#memory = memory;
    if (day < open) return true;
    memory.standing = undefined;
    await valueOpenDays(tx, memory, base.cards, day, row.now);
    return false;
  }

  async #recall(
    tx: Tx,
    base: Awaited<ReturnType<typeof readBase>>,
    closedDay: string | null,
    version: bigint,
  ): Promise<Memory> {
    const facts = new Map(base.cards.map(({ id, setId, rarity }) => [id, { id, setId, rarity }]));
    if (this.#memory?.version === version) return { ...this.#memory, facts };
    return { version, facts, books: await loadBooks(tx, base, facts, closedDay) };
  }
}

/** The books at the end of the closed day, from what is stored of it. */
async function loadBooks(
  sql: Sql,
  base: Awaited<ReturnType<typeof readBase>>,
  facts: ReadonlyMap<string, CardFacts>,
  closedDay: string | null,
): Promise<Books> {
  const premiums: Premiums = noPremiums();
  for (const { name, log, sales } of base.premiums) premiums[name] = { log, sales };
  const sets = new Map(base.sets.map(({ setId, level }) => [setId, level]));
  if (!closedDay) return { sets, cards: new Map(), premiums };
  const sales = await countingSales(sql, instantOf(nextDay(closedDay)), MOST_COMPARABLES);
  const byCard = Map.groupBy(
    sales.filter(({ cardId }) => facts.has(cardId)),
    ({ cardId }) => cardId,
  );
  const cards = new Map(
    [...byCard].map(([cardId, list]) => [
      cardId,
      toCardBook(
        list.map((sale) => toComparable(toSale(sale), sale.level)),
        premiums,
      ),
    ]),
  );
  return { sets, cards, premiums };
}

const toSale = (row: SaleLot): Sale => ({ ...row, at: toDays(row.at) });

const factsIn = (memory: Memory) => (cardId: string) => memory.facts.get(cardId)!;

/**
 * Closes days from the first one on, before `open`, as many as one transaction may.
 * @returns the day after them
 */
async function closeDays(tx: Tx, memory: Memory, first: string, open: string): Promise<string> {
  const standing = memory.standing ?? (await loadStanding(tx, instantOf(first)));
  const days: ClosedDay[] = [];
  let day = first;
  let worth: Worth | undefined;
  for (; day < open && days.length < DAYS_AT_ONCE; day = nextDay(day)) {
    const [start, end] = [instantOf(day), instantOf(nextDay(day))];
    const [sold, changes] = [await salesBetween(tx, start, end), await changesBetween(tx, start, end)];
    const { books, sets } = advance(memory.books, sold.map(toSale), factsIn(memory));
    memory.books = books;
    worth = worthOf(memory, toDays(end));
    for (const change of changes) standing.apply(change);
    const levels = sets.map((setId) => ({ setId, level: books.sets.get(setId)! }));
    days.push({ day, levels, accounts: standing.valued(worth) });
  }
  await writeDays(tx, days, memory.books.premiums);
  await writeClosing(tx, worth!);
  memory.version += BigInt(days.length);
  memory.standing = standing;
  return day;
}

async function loadStanding(sql: Sql, moment: Date): Promise<Standing> {
  const standing = new Standing();
  for (const change of await heldAt(sql, moment)) standing.apply(change);
  return standing;
}

function basisPointsOf(premiums: Premiums): Record<SerialClass, number> {
  return Object.fromEntries(
    SERIAL_CLASSES.map((name) => [name, premiumBasisPoints(premiums[name])]),
  ) as Record<SerialClass, number>;
}

function valuesOf(books: Books, memory: Memory, at: number): Map<string, CardValue> {
  const groups = groupsOf(books, factsIn(memory));
  const values = new Map<string, CardValue>();
  for (const card of memory.facts.values()) {
    const value = cardValue(books, groups, card, at);
    if (value) values.set(card.id, value);
  }
  return values;
}

function worthOf(memory: Memory, at: number): Worth {
  const values = [...valuesOf(memory.books, memory, at)].map(([id, { value }]) => [id, value] as const);
  return { values: new Map(values), basisPoints: basisPointsOf(memory.books.premiums) };
}

/** Values the cards by the days that are not closed, of which nothing is kept but the values. */
async function valueOpenDays(
  tx: Tx,
  memory: Memory,
  cards: (CardFacts & CardRow)[],
  from: string,
  now: Date,
): Promise<void> {
  const today = dateOf(now);
  let { books } = memory;
  const sales = (await salesBetween(tx, instantOf(from), instantOf(nextDay(today)))).map(toSale);
  for (const list of Map.groupBy(sales, ({ at }) => Math.floor(at)).values()) {
    ({ books } = advance(books, list, factsIn(memory)));
  }
  // By the evening, so that values change by sales and not by the hour.
  const values = valuesOf(books, memory, toDays(instantOf(nextDay(today))));
  const changed = cards.flatMap((card) => {
    const value = values.get(card.id);
    return value && !isEqual(card, value) ? [{ id: card.id, ...value }] : [];
  });
  await writeValues(tx, today, changed, basisPointsOf(books.premiums));
}

const FIELDS = ['value', 'low', 'high', 'method', 'confidence', 'sales'] as const;

function isEqual(row: CardRow, value: CardValue): boolean {
  return FIELDS.every((field) => row[field] === value[field]);
}
