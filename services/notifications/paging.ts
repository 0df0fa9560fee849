import { decodeCursor } from '@ece/platform/db/page';

export const DEFAULT_LIMIT = 50;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id in a cursor; undefined where it holds none. */
export function idOf(cursor: string | undefined): string | undefined {
  const id = String(decodeCursor(cursor, 1)?.[0]);
  return ID.test(id) ? id : undefined;
}
