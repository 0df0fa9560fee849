import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { signAccessToken } from '@ece/platform/http/access-token';
import { API } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import { principalOfCookie, type SessionReader } from '../session.ts';
import { addressOf, rejectUpgrade } from '../upgrade.ts';

/** How sockets that come with a session cookie get a token of the gateway's own. */
export interface RealtimeSessions {
  principalOfSession: SessionReader;
  tokenSecret: Uint8Array;
  /** Seconds that such a token is good: so long the socket counts as signed in. */
  accessTokenSeconds: number;
}

/** Time that the other process has to answer. */
const PATIENCE_MS = 10_000;

/**
 * Passes WebSocket connections of the realtime feed on to the process that serves it, with the address that
 * they came from.
 * @param trustProxy believe X-Forwarded-For of what stands before this process
 */
export function proxyRealtime(
  app: FastifyInstance,
  upstream: string,
  sessions?: RealtimeSessions,
  trustProxy = false,
): void {
  const open = new Set<Duplex>();
  app.server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    if (request.url?.split('?', 1)[0] !== `${API}/realtime`) return rejectUpgrade(client, '404 Not Found');
    void tokenOf(app, request, sessions).then(
      (token) => forward(request, client, head, token),
      () => rejectUpgrade(client, '503 Service Unavailable'),
    );
  });
  const forward = (request: IncomingMessage, client: Duplex, head: Buffer, token: string | undefined) => {
    if (client.destroyed) return;
    const { cookie: _, ...rest } = request.headers;
    const headers = {
      ...rest,
      'x-forwarded-for': addressOf(request, trustProxy),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const target = httpRequest(new URL(request.url!, upstream), { headers, timeout: PATIENCE_MS });
    // Nobody notices the end of a socket that is not read; nothing may be sent on it before the answer.
    const leave = () => client.destroy();
    client.on('end', leave).resume();
    client.on('close', () => target.destroy());
    target.on('timeout', () => target.destroy());
    target.on('error', () => rejectUpgrade(client, '503 Service Unavailable'));
    target.on('response', (response) => {
      rejectUpgrade(client, `${response.statusCode} ${response.statusMessage}`);
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
  };
  app.addHook('preClose', async () => {
    for (const client of open) client.destroy();
  });
}

/** A token for whom the session cookie belongs to; a token that the socket brings itself goes on as it is. */
async function tokenOf(app: FastifyInstance, request: IncomingMessage, sessions?: RealtimeSessions) {
  if (!sessions || request.headers.authorization !== undefined) return undefined;
  const principal = await principalOfCookie(app, request, sessions.principalOfSession);
  return principal && (await signAccessToken(sessions.tokenSecret, principal, sessions.accessTokenSeconds));
}

function headOf(response: IncomingMessage): string {
  const lines: string[] = ['HTTP/1.1 101 Switching Protocols'];
  for (let i = 0; i < response.rawHeaders.length; i += 2) {
    lines.push(`${response.rawHeaders[i]}: ${response.rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
