import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** How to reach a server. */
export interface ConnectionParts {
  host: string;
  port: number;
  user: string;
  database: string;
  password?: string;
}

/** An address as the driver takes it. */
export type DriverAddress = { parts: ConnectionParts } | { url: string; ssl?: ConnectionOptions };

/**
 * Reads what the driver does not in an address: a socket's folder as its host
 * (`postgres://user@%2Frun%2Fpostgresql/database`), and libpq's `sslrootcert`, the file of the authorities that the
 * server's certificate must come from, where the system's do not count. With it `sslmode` is `verify-full` (the
 * certificate is for this host) or `verify-ca`; `require` counts as the latter, as in libpq.
 * @throws when the file cannot be read, or another mode would leave the certificate unchecked
 */
export function readAddress(address: string): DriverAddress {
  const url = new URL(address);
  if (url.hostname.toLowerCase().startsWith('%2f')) return { parts: socketOf(url) };
  const file = url.searchParams.get('sslrootcert');
  if (!file || file === 'system') return { url: address };
  const mode = url.searchParams.get('sslmode') ?? 'verify-full';
  if (!['verify-full', 'verify-ca', 'require'].includes(mode)) {
    throw new Error(`sslrootcert goes with sslmode verify-full or verify-ca, not with ${mode}`);
  }
  url.searchParams.delete('sslrootcert');
  url.searchParams.delete('sslmode');
  return {
    url: url.href,
    ssl: {
      ca: readFileSync(file, 'utf8'),
      host: url.hostname.replace(/^\[|\]$/g, ''),
      rejectUnauthorized: true,
      ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    },
  };
}

function socketOf(url: URL): ConnectionParts {
  return {
    host: decodeURIComponent(url.hostname),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  };
}
