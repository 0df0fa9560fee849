/** A position in a list that is sorted by some columns: their values in the last row of a page. */
export type CursorValues = (string | number)[];

/** Writes a cursor as URL-safe text. Clients must not read meaning into it. */
export function encodeCursor(values: CursorValues): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Reads a cursor of `length` values; undefined when it is absent or is not one of ours,
 * which a list treats as its beginning.
 */
export function decodeCursor(text: string | undefined, length: number): CursorValues | undefined {
  if (!text) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(values) || values.length !== length) return undefined;
    return values.every((v) => typeof v === 'string' || typeof v === 'number') ? values : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Cuts rows that were read with `limit + 1` to a page.
 * @param position gives the cursor values of a row
 */
export function toPage<R, T>(
  rows: R[],
  limit: number,
  position: (row: R) => CursorValues,
  item: (row: R) => T,
): { items: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last ? encodeCursor(position(last)) : null,
  };
}
