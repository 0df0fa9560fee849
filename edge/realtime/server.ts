import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { verifyAccessToken } from '@ece/platform/http/access-token';
import type { Principal } from '@ece/platform/http/principal';
import { API } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { principalOfCookie, type SessionReader } from '../session.ts';
import { serveConnection } from './connection.ts';
import type { Hub } from './hub.ts';
import { LARGEST_MESSAGE } from './protocol.ts';

export interface RealtimeOptions {
  hub: Hub;
  tokenSecret: Uint8Array;
  /** Where the exchange is reached from outside: pages of other origins may not open the feed. */
  publicUrl: string;
  /** Whose session cookie opens a socket; only where the gateway is in this process. */
  principalOfSession?: SessionReader;
  /** Milliseconds that a reader may take for what was sent before its socket is closed; default 10,000. */
  slowReaderMs?: number;
}

const PATH = `${API}/realtime`;
const HEARTBEAT_MS = 30_000;
const GOING_AWAY = 1001;
/** Time that clients have to answer the close of a process that stops. */
const LEAVE_MS = 2000;

/** Serves the realtime feed on an app's HTTP server. */
export function serveRealtime(app: FastifyInstance, options: RealtimeOptions): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  const alive = new WeakSet<WebSocket>();
  const verify = async (token: string): Promise<Principal | undefined> =>
    await verifyAccessToken(options.tokenSecret, token);

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?', 1)[0] !== PATH) return reject(socket, '404 Not Found');
    if (!fromOurPages(request, options.publicUrl)) return reject(socket, '403 Forbidden');
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const { principalOfSession } = options;
    void (token ? verify(token) : principalOfCookie(app, request, principalOfSession))
      .then((principal) => {
        if (token && !principal) return reject(socket, '401 Unauthorized');
        sockets.handleUpgrade(request, socket, head, (connection) => {
          alive.add(connection);
          connection.on('pong', () => alive.add(connection));
          const { hub, slowReaderMs = 10_000 } = options;
          serveConnection(connection, { hub, principal, verify, slowReaderMs });
        });
      })
      .catch((error: unknown) => {
        app.log.error({ err: error }, 'realtime: a socket cannot be opened');
        socket.destroy();
      });
  });

  const heartbeat = setInterval(() => {
    for (const connection of sockets.clients) {
      if (!alive.delete(connection)) connection.terminate();
      else connection.ping();
    }
  }, HEARTBEAT_MS);
  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    for (const connection of sockets.clients) connection.close(GOING_AWAY, 'the exchange restarts');
    sockets.close();
    const late = setTimeout(() => {
      for (const connection of sockets.clients) connection.terminate();
    }, LEAVE_MS);
    late.unref();
  });
}

/** Programs send no Origin; a page must be one of ours, by the public address or by the host it was asked at. */
function fromOurPages(request: IncomingMessage, publicUrl: string): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === request.headers.host;
}

function reject(socket: Duplex, status: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
