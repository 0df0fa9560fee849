import { Readable } from 'node:stream';
import { type OperationOptions, operations, type ServiceName } from '@ece/contract';
import { signAccessToken } from '@ece/platform/http/access-token';
import { sendProblem, toProblem } from '@ece/platform/http/problem';
import { isLostConnection } from '@ece/platform/http/remote';
import { API } from '@ece/platform/http/route';
import fastifyReplyFrom from '@fastify/reply-from';
import type { FastifyInstance } from 'fastify';

export interface ProxyOptions {
  /** Base addresses of the services that run in other processes. */
  upstreams: Partial<Record<ServiceName, string>>;
  tokenSecret: Uint8Array;
}

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
      if (upstream) forward(scope, call, upstream, options.tokenSecret);
    }
  });
}

function forward(app: FastifyInstance, call: Forwarded, upstream: string, tokenSecret: Uint8Array): void {
  app.route({
    method: call.method,
    url: call.path,
    ...(call.bodyLimit && { bodyLimit: call.bodyLimit }),
    handler: async (request, reply) => {
      const token =
        request.principal && (await signAccessToken(tokenSecret, request.principal, TOKEN_SECONDS));
      return reply.from(new URL(pathOf(request.url), upstream).href, {
        // A read whose connection was closed before the answer began is sent once more. All else is repeated
        // by clients, who know whether they still want it.
        retryDelay: ({ err, attempt }) =>
          request.method === 'GET' && attempt === 0 && isLostConnection(err) ? 1 : null,
        rewriteRequestHeaders: (_request, { authorization: _, cookie: __, ...headers }) => ({
          ...headers,
          'x-forwarded-for': request.ip,
          ...(token && { authorization: `Bearer ${token}` }),
        }),
        rewriteHeaders: ({ connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers }) =>
          headers,
        onError: () => {
          sendProblem(reply, toProblem({ code: 'unavailable' }, request.id));
        },
      });
    },
  });
}

/** A request line may hold a whole address (RFC 9112, 3.2.2); where a call goes is never its sender's choice. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
