import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Where an opening request came from.
 * @param trustProxy believe X-Forwarded-For: its first address is the client's
 */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const first = String(forwarded ?? '')
    .split(',', 1)[0]!
    .trim();
  return first || (request.socket.remoteAddress ?? '');
}

/**
 * Answers an opening request that opens nothing, and ends its socket.
 * @param retryAfter seconds after which another try may do better
 */
export function rejectUpgrade(socket: Duplex, status: string, retryAfter?: number): void {
  socket.once('finish', () => socket.destroy());
  const later = retryAfter === undefined ? '' : `retry-after: ${retryAfter}\r\n`;
  socket.end(`HTTP/1.1 ${status}\r\n${later}connection: close\r\ncontent-length: 0\r\n\r\n`);
}
