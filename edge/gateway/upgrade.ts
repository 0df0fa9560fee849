import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { API } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';

/** Passes WebSocket connections of the realtime feed on to the process that serves it. */
export function proxyRealtime(app: FastifyInstance, upstream: string): void {
  const open = new Set<Duplex>();
  app.server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== `${API}/realtime`) return;
    const target = httpRequest(new URL(request.url, upstream), { headers: request.headers });
    const fail = () =>
      client.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    client.on('error', () => target.destroy());
    target.on('error', fail);
    target.on('response', (response) => {
      client.end(
        `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
      response.resume();
    });
    target.on('upgrade', (response, server, first) => {
      open.add(client);
      client.on('close', () => open.delete(client));
      client.write(headOf(response));
      client.write(first);
      server.write(head);
      server.on('error', () => client.destroy());
      client.on('error', () => server.destroy());
      server.pipe(client).pipe(server);
    });
    target.end();
  });
  app.addHook('preClose', async () => {
    for (const client of open) client.destroy();
  });
}

function headOf(response: IncomingMessage): string {
  const lines: string[] = ['HTTP/1.1 101 Switching Protocols'];
  for (let i = 0; i < response.rawHeaders.length; i += 2) {
    lines.push(`${response.rawHeaders[i]}: ${response.rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
