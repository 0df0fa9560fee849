import type { MetadataRoute } from 'next';
import { api } from '../data/server.ts';
import { siteUrl } from '../data/site-url.ts';

/** Sets that are listed; each has a page with all of its cards. */
const MOST_SETS = 500;
const PAGE = 100;

/** sitemap.xml: the ways in, and every set. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const [base, ece] = await Promise.all([siteUrl(), api()]);
  const sets: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof ece.nfts.listSets>> = await ece.nfts.listSets({
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    sets.push(...page.items.map(({ id }) => `/sets/${id}`));
    cursor = page.nextCursor;
  } while (cursor && sets.length < MOST_SETS);
  return ['/', '/explore', '/auctions', ...sets].map((path) => ({ url: base + path }));
}
