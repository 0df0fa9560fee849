import { decodeCursor, encodeCursor } from '@ece/platform/db/page';
import type { OrderPart, Sort } from './domain/order.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WHOLE = /^-?\d{1,19}$/;
const LARGEST = 2n ** 63n;

/** Writes where the next page begins: the values of the order in the last row, as text. */
export function toCursor(sort: Sort, values: string[]): string {
  return encodeCursor([sort, ...values]);
}

/** Reads a cursor of this sort and order; undefined where it is none. */
export function fromCursor(text: string | undefined, sort: Sort, order: OrderPart[]): string[] | undefined {
  const read = decodeCursor(text, order.length + 1);
  if (read?.[0] !== sort) return undefined;
  const values = read.slice(1).map(String);
  const fits = order.every(({ key }, index) => {
    const value = values[index]!;
    if (key === 'id' || key === 'card') return UUID.test(value);
    return WHOLE.test(value) && BigInt(value) >= -LARGEST && BigInt(value) < LARGEST;
  });
  return fits ? values : undefined;
}
