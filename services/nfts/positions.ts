import { type CursorValues, decodeCursor } from '@ece/platform/db/page';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CODE = /^[A-Z0-9]{2,8}$/;

/** Reads a cursor whose values must have these kinds; one that was tampered with counts as none. */
function read(
  cursor: string | undefined,
  ...kinds: ((value: unknown) => boolean)[]
): CursorValues | undefined {
  const values = decodeCursor(cursor, kinds.length);
  return values && kinds.every((fits, index) => fits(values[index])) ? values : undefined;
}

const isId = (value: unknown) => typeof value === 'string' && UUID.test(value);
const isCode = (value: unknown) => typeof value === 'string' && CODE.test(value);
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31;

/** The code after which a page of sets begins. */
export function afterCode(cursor: string | undefined): string | undefined {
  return read(cursor, isCode)?.[0] as string | undefined;
}

/** The id after which a page begins. */
export function afterId(cursor: string | undefined): string | undefined {
  return read(cursor, isId)?.[0] as string | undefined;
}

/** The place after which a page of cards begins. */
export function afterCard(cursor: string | undefined): { setId: string; number: number } | undefined {
  const values = read(cursor, isId, isCount);
  return values && { setId: String(values[0]), number: Number(values[1]) };
}

/** The epoch before which a page of a history begins. */
export function beforeEpoch(cursor: string | undefined): bigint | undefined {
  const values = read(cursor, isCount);
  return values && BigInt(values[0]!);
}
