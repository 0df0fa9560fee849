/**
 * Where to go after signing in: a path of this site, never an address elsewhere.
 * @param wanted the query's `next`, which anybody may have written
 */
export function safeReturn(wanted: string | string[] | undefined): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return '/';
  const base = 'http://exchange.invalid';
  if (!URL.canParse(wanted, base)) return '/';
  const url = new URL(wanted, base);
  // "//host", "/\host" and the like resolve to another origin.
  return url.origin === base ? url.pathname + url.search : '/';
}
