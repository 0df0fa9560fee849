import { ok, type Result, refuse } from '@ece/contract';

/** What an address is judged by. Hosts come without the brackets of IPv6. */
export interface UrlRules {
  /** Whether this machine may be named, by http too; for development. */
  loopback: boolean;
  isLoopback(host: string): boolean;
  isPublic(address: string): boolean;
}

/** An IP address in an URL: the parser writes every form of IPv4 with four numbers. */
const IP = /^\d{1,3}(\.\d{1,3}){3}$|:/;

/**
 * Judges the address of a webhook: https, no credentials, no address that is known to be private. What a name
 * leads to is judged again each time that it is connected to. Refusal: `webhook_url_refused`.
 */
export function checkUrl(text: string, rules: UrlRules): Result<undefined> {
  if (!URL.canParse(text)) return refuse('webhook_url_refused', 'This is not an address.');
  const { protocol, hostname, username, password } = new URL(text);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (username || password) return refuse('webhook_url_refused', 'Leave name and password out.');
  if (rules.loopback && rules.isLoopback(host)) {
    return protocol === 'http:' || protocol === 'https:' ? ok(undefined) : refuse('webhook_url_refused');
  }
  if (protocol !== 'https:') return refuse('webhook_url_refused', 'Only https is allowed.');
  const isPrivate =
    host === 'localhost' || host.endsWith('.localhost') || (IP.test(host) && !rules.isPublic(host));
  return isPrivate ? refuse('webhook_url_refused', 'This address is not public.') : ok(undefined);
}
