import { ok, type Result, refuse } from '@ece/contract';
import { eachOf } from '@ece/platform/chain/each-of';
import type { ContentStore } from '@ece/platform/content/content-store';
import type { Database } from '@ece/platform/db/database';
import { checkImage } from './domain/image.ts';
import { insertArtworks, readArtworks } from './store.ts';

/** Artwork in the content store. */
export interface StoredArtwork {
  cid: string;
  mediaType: string;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Checks an image and puts it into the content store; `insertArtworks` makes it known. Refusal:
 * `unsupported_artwork` with the reason.
 */
export async function putArtwork(content: ContentStore, base64: string): Promise<Result<StoredArtwork>> {
  if (base64.length % 4 !== 0 || !BASE64.test(base64))
    return refuse('unsupported_artwork', 'It is not base64.');
  const bytes = Buffer.from(base64, 'base64');
  const check = checkImage(bytes);
  if (!check.ok) return refuse('unsupported_artwork', check.reason);
  const { cid } = await content.put(bytes);
  return ok({ cid, mediaType: check.mediaType });
}

/**
 * Checks artwork that is in the content store already.
 * @returns for each CID undefined where it may be used, else the reason why not
 */
export async function checkArtworks(
  { db, content }: { db: Database; content: ContentStore },
  cids: string[],
): Promise<Map<string, string | undefined>> {
  const known = await readArtworks(db, cids);
  const results = new Map<string, string | undefined>(cids.map((cid) => [cid, undefined]));
  const found: StoredArtwork[] = [];
  await eachOf(
    cids.filter((cid) => !known.has(cid)),
    16,
    async (cid) => {
      const bytes = await content.get(cid);
      const check = bytes
        ? checkImage(bytes)
        : { ok: false as const, reason: 'The content store does not have it.' };
      if (check.ok) found.push({ cid, mediaType: check.mediaType });
      else results.set(cid, check.reason);
    },
  );
  await insertArtworks(db, found);
  return results;
}
