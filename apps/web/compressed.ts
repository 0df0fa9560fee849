import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
};

/** Sends an asset, and says whether it did. */
type Send = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Sends what the build has compressed by brotli to browsers that take it; everything else is left to others. Names
 * have a hash of what is in them, so they are good for ever.
 * @param folder of the build's assets; those that have a copy `.br` are kept in memory
 */
export function compressedAssets(folder: string): Send {
  const assets = new Map<string, { body: Buffer; type: string }>();
  for (const path of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []) {
    const name = path.slice(0, -'.br'.length);
    const type = path.endsWith('.br') ? TYPES[extname(name)] : undefined;
    if (type) assets.set(`/_next/static/${name}`, { type, body: readFileSync(join(folder, path)) });
  }
  return ({ method, url = '', headers }, response) => {
    const asset = assets.get(url.split('?', 1)[0]!);
    const takes = /(?:^|[\s,])br(?:[\s,]|$)/.test(String(headers['accept-encoding'] ?? ''));
    if (!asset || !takes || headers.range || (method !== 'GET' && method !== 'HEAD')) return false;
    response.writeHead(200, {
      'content-type': asset.type,
      'content-encoding': 'br',
      'content-length': asset.body.length,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
    });
    response.end(method === 'HEAD' ? undefined : asset.body);
    return true;
  };
}
