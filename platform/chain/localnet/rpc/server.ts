import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './dispatch.ts';
import type { Services } from './method.ts';

const MAX_BODY_SIZE = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const CLOSE_GRACE_MS = 2_000;

/** A listening JSON-RPC server. */
export interface RpcServer {
  url: string;
  /** Lets running requests finish for a moment, then closes every connection. */
  close(): Promise<void>;
}

/** Serves the methods over HTTP POST; rejects when the port cannot be had. */
export async function serveRpc(services: Services, host: string, port: number): Promise<RpcServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    handle(services, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  const hostname = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { url: `http://${hostname}:${bound.port}`, close: () => closeServer(server) };
}

async function handle(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && request.url === '/health')
    return respond(response, 200, 'ok', 'text/plain');
  if (request.method !== 'POST') return respond(response, 405, 'Use POST', 'text/plain');
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return respond(response, 413, 'The request is too large', 'text/plain');
  }
  respond(response, 200, await answer(services, body), 'application/json');
}

function respond(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not destroy the request, or the refusal could not be sent.
  const incoming: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY_SIZE) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(force);
}
