import type { Ece } from '@ece/sdk/browser';
import type { SearchHit } from './types.ts';

/** Copies on a page of somebody's collection. */
export const PAGE = 24;

export interface FoundCopies {
  items: SearchHit[];
  nextCursor: string | null;
}

/**
 * Copies of somebody's by words, a page of them.
 * @param words empty for all, the newest first
 */
export async function findCopies(
  ece: Pick<Ece, 'search'>,
  ownerHandle: string,
  words: string,
  { cursor, signal }: { cursor?: string; signal?: AbortSignal } = {},
): Promise<FoundCopies> {
  const q = words.trim();
  const { items, nextCursor } = await ece.search.search(
    {
      ...{ kind: 'copy' as const, ownerHandle, facets: false, limit: PAGE },
      sort: q ? 'relevance' : 'newest',
      ...(q && { q }),
      ...(cursor && { cursor }),
    },
    signal ? { signal } : {},
  );
  return { items, nextCursor };
}
