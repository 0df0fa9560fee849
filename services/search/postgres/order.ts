import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { OrderKey, OrderPart } from '../domain/order.ts';
import { every } from './conditions.ts';

/** What a key is, on a table or query that is called `d`. Those of one kind and direction have an index. */
function expressionOf(sql: Sql, key: OrderKey): Relation {
  switch (key) {
    case 'score':
      return sql`d.score`;
    case 'card':
      return sql`d.card_id`;
    case 'id':
      return sql`d.id`;
    case 'serial':
      return sql`coalesce(d.serial, 2147483647)`;
    case 'cheapest':
      return sql`coalesce(d.price, 9223372036854775807)`;
    case 'dearest':
      return sql`coalesce(d.price, -1)`;
    case 'ends':
      return sql`d.auction_ends`;
    case 'sold':
      return sql`coalesce(d.sold, -1)`;
  }
}

/** The `order by` of an order. */
export function orderBy(sql: Sql, order: OrderPart[]): Relation {
  return order
    .map(({ key, down }) => (down ? sql`${expressionOf(sql, key)} desc` : expressionOf(sql, key)))
    .reduce((all, each) => sql`${all}, ${each}`);
}

/** The values of an order as columns `key0`, `key1` …, all text. */
export function keyColumns(sql: Sql, order: OrderPart[]): Relation {
  return order
    .map(({ key }, index) => sql`(${expressionOf(sql, key)})::text as ${sql(`key${index}`)}`)
    .reduce((all, each) => sql`${all}, ${each}`);
}

/** The rows behind a position. */
export function behind(sql: Sql, order: OrderPart[], values: string[]): Relation {
  const expression = (index: number) => expressionOf(sql, order[index]!.key);
  const value = (index: number) =>
    ['id', 'card'].includes(order[index]!.key) ? sql`${values[index]!}::uuid` : sql`${values[index]!}::int8`;
  if (order.every(({ down }) => down === order[0]!.down)) {
    const list = (of: (index: number) => Relation) =>
      order.map((_, index) => of(index)).reduce((all, each) => sql`${all}, ${each}`);
    const left = list(expression);
    return order[0]!.down ? sql`(${left}) < (${list(value)})` : sql`(${left}) > (${list(value)})`;
  }
  return order
    .map(({ down }, index) => {
      const equal = order.slice(0, index).map((_, at) => sql`${expression(at)} = ${value(at)}`);
      const past = down
        ? sql`${expression(index)} < ${value(index)}`
        : sql`${expression(index)} > ${value(index)}`;
      return sql`(${every(sql, [...equal, past])})`;
    })
    .reduce((any, each) => sql`${any} or ${each}`);
}
