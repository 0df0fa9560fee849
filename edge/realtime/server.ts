import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { readAccessToken } from '@ece/platform/http/access-token';
import { API } from '@ece/platform/http/route';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { principalOfCookie, type SessionReader } from '../session.ts';
import { addressOf, rejectUpgrade } from '../upgrade.ts';
import { Connection, type ConnectionContext, type Identity } from './connection.ts';
import { EndedSessions } from './ended-sessions.ts';
import type { Hub } from './hub.ts';
import { LARGEST_PAYLOAD } from './protocol.ts';
import { sendAway } from './restart.ts';
import { type ShareLimits, Shares } from './shares.ts';

export interface RealtimeOptions {
  hub: Hub;
  tokenSecret: Uint8Array;
  /** Where the exchange is reached from outside: pages of other origins may not open the feed. */
  publicUrl: string;
  /** Whose session cookie opens a socket; only where the gateway is in this process. */
  principalOfSession?: SessionReader;
  /** Seconds that an access token is good, and that a socket opened by a cookie counts as signed in. */
  accessTokenSeconds?: number;
  /** Believe X-Forwarded-For: a proxy or the gateway stands before this process. */
  trustProxy?: boolean;
  /** What one address and one account may have open in this process. */
  limits?: { address?: ShareLimits; account?: ShareLimits };
  /** Milliseconds that a reader may take for what was sent before its socket is closed; default 10,000. */
  slowReaderMs?: number;
}

/** The realtime feed of a process. */
export interface Realtime {
  /** Takes what the relay has read: sends it to those who follow it, and closes sockets of ended sessions. */
  deliver(events: readonly OrderedEvent[]): void;
  /** Sockets that are open. */
  readonly sockets: number;
}

const PATH = `${API}/realtime`;
const DEFAULT_LIMITS = {
  address: { sockets: 1000, topics: 20_000 },
  account: { sockets: 200, topics: 20_000 },
};

/** Each socket is asked for a sign of life every so many seconds, a share of them each second. */
const HEARTBEAT_SECONDS = 30;

/** Serves the realtime feed on an app's HTTP server. */
export function serveRealtime(app: FastifyInstance, options: RealtimeOptions): Realtime {
  const { hub, limits, principalOfSession } = options;
  const cookieMs = (options.accessTokenSeconds ?? 600) * 1000;
  const connections = new Set<Connection>();
  const addresses = new Shares(limits?.address ?? DEFAULT_LIMITS.address);
  const ended = new EndedSessions();
  const context: ConnectionContext = {
    hub,
    accounts: new Shares(limits?.account ?? DEFAULT_LIMITS.account),
    slowReaderMs: options.slowReaderMs ?? 10_000,
    async identify(token) {
      const read = await readAccessToken(options.tokenSecret, token);
      if (!read || ended.has(read.principal.sessionId)) return undefined;
      return { principal: read.principal, until: read.expiresAt };
    },
  };
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_PAYLOAD,
    perMessageDeflate: false,
  });
  let stopping = false;

  const identityOf = async (request: IncomingMessage, token: string | undefined) => {
    if (token) return await context.identify(token);
    const principal = await principalOfCookie(app, request, principalOfSession);
    return principal && { principal, until: Date.now() + cookieMs };
  };
  const open = (request: IncomingMessage, socket: Duplex, head: Buffer, identity: Identity | undefined) => {
    if (socket.destroyed) return;
    const address = addresses.enter(addressOf(request, options.trustProxy ?? false));
    if (!address) return rejectUpgrade(socket, '429 Too Many Requests', HEARTBEAT_SECONDS);
    const refused = () => address.leave();
    socket.once('close', refused);
    server.handleUpgrade(request, socket, head, (ws) => {
      socket.off('close', refused);
      const connection = new Connection(ws, socket, context, address);
      connections.add(connection);
      ws.on('close', () => connections.delete(connection));
      // Between the question and the answer the session may have ended.
      if (identity && ended.has(identity.principal.sessionId)) connection.signOut('the session has ended');
      else if (!connection.signIn(identity)) connection.refuseAccount();
    });
  };
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Not a closure: it lives as long as the socket, and would keep the request.
    socket.on('error', destroy);
    if (request.url?.split('?', 1)[0] !== PATH) return rejectUpgrade(socket, '404 Not Found');
    if (stopping) return rejectUpgrade(socket, '503 Service Unavailable', 1);
    if (!fromOurPages(request, options.publicUrl)) return rejectUpgrade(socket, '403 Forbidden');
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    void identityOf(request, token)
      .then((identity) => {
        if (token && !identity) return rejectUpgrade(socket, '401 Unauthorized');
        if (stopping) return rejectUpgrade(socket, '503 Service Unavailable', 1);
        open(request, socket, head, identity);
      })
      .catch((error: unknown) => {
        app.log.error({ err: error }, 'realtime: a socket cannot be opened');
        socket.destroy();
      });
  });

  const heartbeat = beat(connections);
  app.addHook('preClose', async () => {
    stopping = true;
    clearInterval(heartbeat);
    await sendAway(
      connections,
      (connection, afterMs) => connection.restart(afterMs),
      (connection) => connection.terminate(),
    );
  });

  return {
    get sockets() {
      return connections.size;
    },
    deliver(events) {
      hub.deliver(events);
      const sessionIds = ended.learn(events);
      if (sessionIds.size === 0) return;
      for (const connection of connections) {
        const sessionId = connection.principal?.sessionId;
        if (sessionId && sessionIds.has(sessionId)) connection.signOut('the session has ended');
      }
    },
  };
}

/** Each second looks whose time is over, and asks a share of the sockets for a sign of life. */
function beat(connections: ReadonlySet<Connection>): ReturnType<typeof setInterval> {
  let second = 0;
  return setInterval(() => {
    second = (second + 1) % HEARTBEAT_SECONDS;
    const now = Date.now();
    for (const connection of connections) {
      connection.expire(now);
      if (connection.turn % HEARTBEAT_SECONDS === second) connection.beat();
    }
  }, 1000);
}

function destroy(this: Duplex): void {
  this.destroy();
}

/** Programs send no Origin; a page must be one of ours, by the public address or by the host it was asked at. */
function fromOurPages(request: IncomingMessage, publicUrl: string): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === request.headers.host;
}
