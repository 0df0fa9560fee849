import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { API } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';

/** Time that the other process has to answer. */
const PATIENCE_MS = 10_000;

/** Passes WebSocket connections of the realtime feed on to the process that serves it. */
export function proxyRealtime(app: FastifyInstance, upstream: string): void {
  const open = new Set<Duplex>();
  app.server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    if (request.url?.split('?', 1)[0] !== `${API}/realtime`) return reject(client, '404 Not Found');
    const { cookie: _, ...headers } = request.headers;
    const target = httpRequest(new URL(request.url, upstream), { headers, timeout: PATIENCE_MS });
    // Nobody notices the end of a socket that is not read; nothing may be sent on it before the answer.
    const leave = () => client.destroy();
    client.on('end', leave).resume();
    client.on('close', () => target.destroy());
    target.on('timeout', () => target.destroy());
    target.on('error', () => reject(client, '503 Service Unavailable'));
    target.on('response', (response) => {
      reject(client, `${response.statusCode} ${response.statusMessage}`);
      response.resume();
    });
    target.on('upgrade', (response, server: Socket, first) => {
      client.off('end', leave);
      server.setTimeout(0);
      server.on('error', () => server.destroy());
      server.on('close', () => client.destroy());
      client.on('close', () => server.destroy());
      if (client.destroyed) return server.destroy();
      open.add(client);
      client.on('close', () => open.delete(client));
      client.write(headOf(response));
      client.write(first);
      server.write(head);
      server.pipe(client).pipe(server);
    });
    target.end();
  });
  app.addHook('preClose', async () => {
    for (const client of open) client.destroy();
  });
}

function reject(client: Duplex, status: string): void {
  client.once('finish', () => client.destroy());
  client.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function headOf(response: IncomingMessage): string {
  const lines: string[] = ['HTTP/1.1 101 Switching Protocols'];
  for (let i = 0; i < response.rawHeaders.length; i += 2) {
    lines.push(`${response.rawHeaders[i]}: ${response.rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
