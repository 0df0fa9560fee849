import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { type OperationOptions, operations, type ServiceName } from '@ece/contract';
import { signAccessToken } from '@ece/platform/http/access-token';
import type { Breakers } from '@ece/platform/http/breaker';
import { sendProblem, toProblem } from '@ece/platform/http/problem';
import { mayRepeat } from '@ece/platform/http/remote';
import { API } from '@ece/platform/http/route';
import { CALL_HEADERS, callHeaders } from '@ece/platform/telemetry/call-context';
import fastifyReplyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface ProxyOptions {
  /** Base addresses of the services that run in other processes. */
  upstreams: Partial<Record<ServiceName, string>>;
  tokenSecret: Uint8Array;
  breakers: Breakers;
  /** Seconds that another process has to begin its answer, and between two parts of it; default 30. */
  requestSeconds?: number;
}

/** Milliseconds for which the gateway outlasts the other process's own limit. */
const LEEWAY_MS = 3_000;

/** Seconds that a forwarded call's own token is good. */
const TOKEN_SECONDS = 60;

interface Forwarded {
  service: ServiceName;
  method: OperationOptions['method'];
  path: string;
  bodyLimit?: number;
}

/** Addresses outside the API that belong to a service. */
const FURTHER: Forwarded[] = [
  { service: 'nfts', method: 'GET', path: '/content/:cid' },
  { service: 'notifications', method: 'GET', path: '/unsubscribe' },
  { service: 'notifications', method: 'POST', path: '/unsubscribe' },
];

/**
 * Passes the calls of services in other processes on to them. Who calls is decided here: the forwarded
 * request carries an access token for the principal that this process found, never the session cookie.
 */
export function proxyServices(app: FastifyInstance, options: ProxyOptions): void {
  const calls = Object.values(operations)
    .flatMap((list): OperationOptions[] => Object.values(list))
    .map(({ service, method, path, bodyLimit }) => ({ service, method, path: `${API}${path}`, bodyLimit }));
  app.register(async (scope) => {
    scope.register(fastifyReplyFrom, {
      disableRequestLogging: true,
      undici: { connections: 128, pipelining: 1 },
    });
    scope.removeAllContentTypeParsers();
    // Bounded here and otherwise untouched: only a stream goes through as it came.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, Readable.from(body, { objectMode: false })),
    );
    for (const call of [...calls, ...FURTHER]) {
      const upstream = options.upstreams[call.service];
      if (upstream) forward(scope, call, upstream, options);
    }
  });
}

function forward(app: FastifyInstance, call: Forwarded, upstream: string, options: ProxyOptions): void {
  const breaker = options.breakers.of(upstream);
  const timeout = (options.requestSeconds ?? 30) * 1000 + LEEWAY_MS;
  app.route({
    method: call.method,
    url: call.path,
    ...(call.bodyLimit && { bodyLimit: call.bodyLimit }),
    // Later than the limit of the call itself, which tells more.
    config: { answerMs: timeout + LEEWAY_MS },
    handler: async (request, reply) => {
      const token =
        request.principal && (await signAccessToken(options.tokenSecret, request.principal, TOKEN_SECONDS));
      const isSafe = request.method === 'GET' || request.method === 'HEAD';
      const attempt = breaker.begin();
      if (!attempt) return refuseAsUnavailable(request, reply, breaker.retryAfter);
      reply.raw.once('close', attempt.abandoned);
      return reply.from(new URL(pathOf(request.url), upstream).href, {
        timeout,
        // A body can be read only once. What is not repeated here is by clients, who know whether they still want it.
        retryDelay: ({ err, attempt }) =>
          attempt === 0 && isSafe && err && mayRepeat(err, isSafe) ? 1 : null,
        rewriteRequestHeaders: (_request, { authorization: _, cookie: __, ...headers }) => ({
          ...withoutCall(headers),
          ...callHeaders(),
          'x-forwarded-for': request.ip,
          ...(token && { authorization: `Bearer ${token}` }),
        }),
        rewriteHeaders: ({
          connection: _,
          'keep-alive': __,
          'transfer-encoding': ___,
          'x-request-id': ____,
          ...headers
        }) => headers,
        onResponse: (_request, _reply, response) => {
          attempt.answered();
          // As the types are for the answers of Node's own client.
          reply.send((response as unknown as { stream: Readable }).stream);
        },
        onError: () => {
          attempt.failed();
          refuseAsUnavailable(request, reply, breaker.open ? breaker.retryAfter : 1);
        },
      });
    },
  });
}

function withoutCall(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CALL_HEADERS.has(name)));
}

function refuseAsUnavailable(request: FastifyRequest, reply: FastifyReply, retryAfter: number): FastifyReply {
  reply.header('retry-after', retryAfter);
  return sendProblem(reply, toProblem({ code: 'unavailable' }, request.id));
}

/** A request line may hold a whole address (RFC 9112, 3.2.2); where a call goes is never its sender's choice. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
