import type { Sql } from '@ece/platform/db/database';
import { type CursorValues, decodeCursor, encodeCursor } from '@ece/platform/db/page';
import type { Relation } from '@ece/platform/invariants';
import type { Sort } from '../engine.ts';
import { every } from './conditions.ts';

interface Part {
  expression: Relation;
  down: boolean;
  type: 'int8' | 'uuid';
}

/** An order without ties: its last part is the id. */
export type Order = Part[];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WHOLE = /^-?\d{1,19}$/;
const LARGEST = 2n ** 63n;

/**
 * The order of a sort, on a table or query that is called `d`. Those of one kind and direction are those of
 * the indexes.
 * @param byCard copies by how well their card fits: all of a card's copies in a row
 */
export function orderOf(sql: Sql, sort: Sort, byCard: boolean): Order {
  const part = (expression: Relation, down = false, type: Part['type'] = 'int8') => ({
    expression,
    down,
    type,
  });
  const id = part(sql`d.id`, false, 'uuid');
  const idDown = part(sql`d.id`, true, 'uuid');
  const serial = part(sql`coalesce(d.serial, 2147483647)`);
  switch (sort) {
    case 'relevance':
      if (byCard) return [part(sql`d.score`, true), part(sql`d.card_id`, false, 'uuid'), serial, id];
      return [part(sql`d.score`, true), idDown];
    case 'newest':
      return [idDown];
    case 'cheapest':
      return [part(sql`coalesce(d.price, 9223372036854775807)`), id];
    case 'dearest':
      return [part(sql`coalesce(d.price, -1)`, true), idDown];
    case 'ending':
      return [part(sql`d.auction_ends`), id];
    case 'recently_sold':
      return [part(sql`coalesce(d.sold, -1)`, true), idDown];
    case 'serial':
      return [serial, id];
  }
}

/** The `order by` of an order. */
export function orderBy(sql: Sql, order: Order): Relation {
  return order
    .map(({ expression, down }) => (down ? sql`${expression} desc` : expression))
    .reduce((all, each) => sql`${all}, ${each}`);
}

/** The values of an order as columns `key0`, `key1` …, all text. */
export function keyColumns(sql: Sql, order: Order): Relation {
  return order
    .map(({ expression }, index) => sql`(${expression})::text as ${sql(`key${index}`)}`)
    .reduce((all, each) => sql`${all}, ${each}`);
}

/** The rows behind a position. */
export function behind(sql: Sql, order: Order, values: string[]): Relation {
  const value = (index: number) =>
    order[index]!.type === 'uuid' ? sql`${values[index]!}::uuid` : sql`${values[index]!}::int8`;
  if (order.every(({ down }) => down === order[0]!.down)) {
    const list = (of: (index: number) => Relation) =>
      order.map((_, index) => of(index)).reduce((all, each) => sql`${all}, ${each}`);
    const left = list((index) => order[index]!.expression);
    return order[0]!.down ? sql`(${left}) < (${list(value)})` : sql`(${left}) > (${list(value)})`;
  }
  return order
    .map((part, index) => {
      const equal = order.slice(0, index).map(({ expression }, at) => sql`${expression} = ${value(at)}`);
      const past = part.down
        ? sql`${part.expression} < ${value(index)}`
        : sql`${part.expression} > ${value(index)}`;
      return sql`(${every(sql, [...equal, past])})`;
    })
    .reduce((any, each) => sql`${any} or ${each}`);
}

/** Writes where the next page begins. */
export function toCursor(sort: Sort, values: string[]): string {
  return encodeCursor([sort, ...values]);
}

/** Reads a cursor of this sort and order; undefined where it is none. */
export function fromCursor(text: string | undefined, sort: Sort, order: Order): string[] | undefined {
  const read: CursorValues | undefined = decodeCursor(text, order.length + 1);
  if (read?.[0] !== sort) return undefined;
  const values = read.slice(1).map(String);
  const fits = order.every(({ type }, index) => {
    const value = values[index]!;
    if (type === 'uuid') return UUID.test(value);
    return WHOLE.test(value) && BigInt(value) >= -LARGEST && BigInt(value) < LARGEST;
  });
  return fits ? values : undefined;
}
