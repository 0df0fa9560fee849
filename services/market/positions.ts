import { type CursorValues, decodeCursor } from '@ece/platform/db/page';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The end of the year 9999: what comes after it is not written as a plain ISO 8601 time. */
const LATEST = Date.UTC(10_000, 0);
const AMOUNT = /^[0-9]{1,18}$/;

// A cursor that is not one of ours counts as the beginning of the list.

/** The id behind which a page begins. */
export function idPosition(cursor: string | undefined): string | undefined {
  const id = String(decodeCursor(cursor, 1)?.[0]);
  return ID.test(id) ? id : undefined;
}

/** The amount in micro-USDC and the id behind which a page begins. */
export function amountPosition(cursor: string | undefined): { amount: string; id: string } | undefined {
  const values = decodeCursor(cursor, 2);
  const [amount, id] = [String(values?.[0]), String(values?.[1])];
  return AMOUNT.test(amount) && ID.test(id) ? { amount, id } : undefined;
}

/** The time and the id behind which a page of sales begins. */
export function salePosition(cursor: string | undefined): { at: Date; id: string } | undefined {
  const values: CursorValues | undefined = decodeCursor(cursor, 2);
  const [at, id] = [Number(values?.[0]), String(values?.[1])];
  return at >= 0 && at < LATEST && ID.test(id) ? { at: new Date(at), id } : undefined;
}
