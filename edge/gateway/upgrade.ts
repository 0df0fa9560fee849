import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { signAccessToken } from '@ece/platform/http/access-token';
import { API } from '@ece/platform/http/route';
import { callHeaders, callOf, forCall, requestIdOf } from '@ece/platform/telemetry/call-context';
import type { FastifyInstance } from 'fastify';
import { RESTART, RESTART_REASON } from '../realtime/connection.ts';
import { closeFrame, textFrame } from '../realtime/frame.ts';
import { sendAway } from '../realtime/restart.ts';
import { principalOfCookie, type SessionReader } from '../session.ts';
import { addressOf, rejectUpgrade } from '../upgrade.ts';
import { Farewell } from './farewell.ts';

/** How sockets that come with a session cookie get a token of the gateway's own. */
export interface RealtimeSessions {
  principalOfSession: SessionReader;
  tokenSecret: Uint8Array;
  /** Seconds that such a token is good: so long the socket counts as signed in. */
  accessTokenSeconds: number;
}

/** Time that the other process has to answer. */
const PATIENCE_MS = 10_000;
/** Time that a client has to leave once the other process has. */
const LEAVE_MS = 2_000;

/** A socket that is passed on. */
interface Passed {
  client: Duplex;
  toClient: Farewell;
}

/**
 * Passes WebSocket connections of the realtime feed on to the process that serves it, with the address that
 * they came from. When this process stops, it closes them as that process would, and clients come back.
 * @param trustProxy believe X-Forwarded-For of what stands before this process
 */
export function proxyRealtime(
  app: FastifyInstance,
  upstream: string,
  sessions?: RealtimeSessions,
  trustProxy = false,
): void {
  const open = new Set<Passed>();
  let stopping = false;
  app.server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    if (request.url?.split('?', 1)[0] !== `${API}/realtime`) return rejectUpgrade(client, '404 Not Found');
    if (stopping) return rejectUpgrade(client, '503 Service Unavailable', 1);
    forCall(callOf(requestIdOf(request.headers), request.headers), () => {
      void tokenOf(app, request, sessions).then(
        (token) => forward(request, client, head, token),
        () => rejectUpgrade(client, '503 Service Unavailable', 1),
      );
    });
  });
  const forward = (request: IncomingMessage, client: Duplex, head: Buffer, token: string | undefined) => {
    if (client.destroyed) return;
    if (stopping) return rejectUpgrade(client, '503 Service Unavailable', 1);
    const { cookie: _, 'x-request-id': __, traceparent: ___, tracestate: ____, ...rest } = request.headers;
    const headers = {
      ...rest,
      ...callHeaders(),
      'x-forwarded-for': addressOf(request, trustProxy),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const target = httpRequest(new URL(request.url!, upstream), { headers, timeout: PATIENCE_MS });
    // Nobody notices the end of a socket that is not read; nothing may be sent on it before the answer.
    const leave = () => client.destroy();
    client.on('end', leave).resume();
    client.on('close', () => target.destroy());
    target.on('timeout', () => target.destroy());
    target.on('error', () => rejectUpgrade(client, '503 Service Unavailable', 1));
    target.on('response', (response) => {
      rejectUpgrade(client, `${response.statusCode} ${response.statusMessage}`);
      response.resume();
    });
    target.on('upgrade', (response, server: Socket, first) => {
      client.off('end', leave);
      server.setTimeout(0);
      server.on('error', () => server.destroy());
      const toClient = new Farewell();
      server.on('close', () => {
        if (!toClient.writableEnded) return client.destroy();
        // What the server has sent before it ended still arrives.
        setTimeout(() => client.destroy(), LEAVE_MS).unref();
      });
      client.on('close', () => server.destroy());
      if (client.destroyed) return server.destroy();
      const passed = { client, toClient };
      open.add(passed);
      client.on('close', () => open.delete(passed));
      client.write(headOf(response));
      toClient.write(first);
      server.write(head);
      server.pipe(toClient).pipe(client).pipe(server);
      if (stopping) restart(passed, 0);
    });
    target.end();
  };
  app.addHook('preClose', async () => {
    stopping = true;
    await sendAway(open, restart, ({ client }) => client.destroy());
  });
}

/** Tells a client that the exchange restarts, and when it had better come back. */
function restart({ toClient }: Passed, afterMs: number): void {
  const words = textFrame(JSON.stringify({ reconnect: { afterMs } }));
  toClient.say(Buffer.concat([words, closeFrame(RESTART, RESTART_REASON)]));
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
