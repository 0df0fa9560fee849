import type { PageProps } from '../../data/page.ts';

/**
 * Where to go after signing in: a path of this site, never an address elsewhere.
 * @param query the address's, which anybody may have written: `next` is the path, and what else there is belongs to it
 */
export function safeReturn({ next, ...rest }: Awaited<PageProps['searchParams']>): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/';
  const base = 'http://exchange.invalid';
  if (!URL.canParse(next, base)) return '/';
  const url = new URL(next, base);
  // "//host", "/\host" and the like resolve to another origin.
  if (url.origin !== base) return '/';
  for (const [name, value] of Object.entries(rest)) {
    for (const each of [value ?? []].flat()) url.searchParams.append(name, each);
  }
  return url.pathname + url.search;
}
