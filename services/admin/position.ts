import { decodeCursor } from '@ece/platform/db/page';

/** What an account's or a halt's id looks like. */
export const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id after which a page begins; undefined for the first page. */
export function idOf(cursor: string | undefined): string | undefined {
  const [id] = decodeCursor(cursor, 1) ?? [];
  return typeof id === 'string' && ID.test(id) ? id : undefined;
}
