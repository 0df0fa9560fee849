import type { ErrorCode, Refusal } from '@ece/contract';
import { Ajv } from 'ajv';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { isDatabaseDown } from '../db/database.ts';
import type { Logger } from '../log/log.ts';
import {
  type CallContext,
  callOf,
  currentCall,
  forCall,
  requestIdOf,
  traceIdOf,
} from '../telemetry/call-context.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { remoteParentOf, type Span, startSpan } from '../telemetry/spans.ts';
import { LOOK_MS, limitAnswers } from './answer-limit.ts';
import { answerBroken } from './broken-request.ts';
import { methodsOf } from './methods.ts';
import type { Principal } from './principal.ts';
import { sendProblem, toProblem } from './problem.ts';
import { PeerFailed } from './remote.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the process's authentication before a handler runs. */
    principal: Principal | undefined;
    /** What travels with the call to every process that works for it. */
    call: CallContext;
  }
}

export interface AppOptions {
  log: Logger;
  metrics: Metrics;
  /** Strangers call it: their word on what is recorded does not count. */
  isEdge?: boolean;
  /** Trust X-Forwarded-* from these proxies. */
  trustProxy?: boolean | string;
  /** Seconds that a request may take to arrive, and that its answer may take to begin; default 30. */
  requestSeconds?: number;
}

/** Milliseconds that the head of a request may take to arrive. */
const HEAD_MS = 10_000;

/**
 * Makes a Fastify instance with ECE's ways: problem answers for every failure, request ids, strict
 * validation (nothing coerced in bodies, unknown properties refused), metrics and masked logs.
 */
export function createApp(options: AppOptions): FastifyInstance {
  const requestMs = (options.requestSeconds ?? 30) * 1000;
  const app = Fastify({
    loggerInstance: options.log,
    genReqId: ({ headers }) => requestIdOf(headers),
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings, options) => lateChild(() => logger.child(bindings, options)),
    bodyLimit: 64 * 1024,
    requestTimeout: requestMs,
    http: { headersTimeout: Math.min(HEAD_MS, requestMs), connectionsCheckingInterval: LOOK_MS },
    clientErrorHandler: answerBroken,
    trustProxy: options.trustProxy ?? false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    // An address that cannot be decoded never comes to a route, nor to the hooks.
    frameworkErrors: (_error, request, reply) => {
      reply.header('x-request-id', request.id);
      noSuchAddress(request, reply);
    },
  }) as unknown as FastifyInstance;

  const strict = new Ajv({ allErrors: true, useDefaults: true, strict: false });
  const coercing = new Ajv({ allErrors: false, useDefaults: true, coerceTypes: true, strict: false });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : coercing).compile(schema as object),
  );
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('principal', undefined);
  // After the limit of arriving, whose refusal says more.
  limitAnswers(app, requestMs + LOOK_MS);
  observe(app, options);

  const methods = methodsOf(app);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods(request.url);
    if (allowed.length === 0 || allowed.includes(request.method)) return noSuchAddress(request, reply);
    reply.header('allow', allowed.join(', '));
    return sendProblem(reply, toProblem({ code: 'method_not_allowed' }, request.id));
  });
  app.setErrorHandler((error: FailedRequest, request, reply) => {
    if (error.validation) {
      const problem = toProblem({ code: 'validation_failed' }, request.id);
      const errors = error.validation.slice(0, 20).map((issue) => ({
        path: `${error.validationContext ?? 'body'}${issue.instancePath}`,
        message: issue.message ?? 'is not valid',
      }));
      return sendProblem(reply, { ...problem, errors });
    }
    const dependency =
      error instanceof PeerFailed ? 'another process' : isDatabaseDown(error) && 'the database';
    if (dependency) request.log.warn({ err: error }, `${dependency} failed`);
    if (dependency) reply.header('retry-after', error instanceof PeerFailed ? error.retryAfter : 1);
    const refusal: Refusal = dependency ? { code: 'unavailable' } : refusalOf(error);
    if (refusal.code === 'internal_error') request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, toProblem(refusal, request.id));
  });
  return app;
}

/** A logger that is made when it is first used: most requests never use theirs, and making one takes long. */
function lateChild(make: () => FastifyBaseLogger): FastifyBaseLogger {
  let made: FastifyBaseLogger | undefined;
  const child = () => (made ??= make());
  return {
    get level() {
      return child().level;
    },
    fatal: (...line: [object]) => child().fatal(...line),
    error: (...line: [object]) => child().error(...line),
    warn: (...line: [object]) => child().warn(...line),
    info: (...line: [object]) => child().info(...line),
    debug: (...line: [object]) => child().debug(...line),
    trace: (...line: [object]) => child().trace(...line),
    silent: () => {},
    child: (...bindings) => child().child(...bindings),
  };
}

function noSuchAddress(request: { id: string }, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, toProblem({ code: 'not_found', detail: 'No such address.' }, request.id));
}

interface FailedRequest {
  code?: string;
  statusCode?: number;
  validation?: { instancePath: string; message?: string }[];
  validationContext?: string;
}

const FRAMEWORK_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
};

const STATUS_CODES: Record<number, ErrorCode> = {
  400: 'malformed_json',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  503: 'unavailable',
};

function refusalOf(error: FailedRequest): Refusal {
  const code = FRAMEWORK_CODES[error.code ?? ''] ?? STATUS_CODES[error.statusCode ?? 500] ?? 'internal_error';
  return { code };
}

function observe(app: FastifyInstance, { log, metrics, isEdge = false }: AppOptions): void {
  // Looking for secrets takes longer than everything else about a line, and this one has none in it.
  const lines = log.child({}, { redact: [] });
  const duration = metrics.histogram(
    'ece_http_request_duration_seconds',
    'Time to answer, by route and status',
    ['method', 'route', 'status'] as const,
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  app.decorateRequest('call');
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    const call = callOf(request.id, request.headers);
    const span = spanOf(request, call, isEdge);
    request.call = span ? { ...call, span } : call;
    forCall(request.call, done);
  });
  // A body arrives in events of its connection, which know nothing of the call.
  app.addHook('preValidation', (request, _reply, done) =>
    currentCall() === request.call ? done() : forCall(request.call, done),
  );
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const seconds = reply.elapsedTime / 1000;
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds);
    const ms = Math.round(reply.elapsedTime);
    const { span } = request.call ?? {};
    span?.set({ 'http.response.status_code': reply.statusCode });
    span?.end();
    const trace = traceIdOf(request.call ?? {});
    lines.info(
      {
        kind: GUARDED.has(reply.statusCode) ? 'security' : 'access',
        ...{ reqId: request.id, method: request.method, route, status: reply.statusCode, ms },
        ...(trace && { trace_id: trace }),
      },
      'request',
    );
    done();
  });
}

/** Statuses that say that somebody wanted what is not theirs, or too much: these lines are kept longer. */
const GUARDED = new Set([401, 403, 429]);

/** What asks again and again how the process is. */
const WATCHING = /^\/(?:health|metrics)/;

/** The span of a request. Its route says what was asked for; addresses hold names and words of people. */
function spanOf(request: FastifyRequest, call: CallContext, isEdge: boolean): Span | undefined {
  const route = request.routeOptions.url ?? 'unknown';
  if (WATCHING.test(route)) return undefined;
  return startSpan(`${request.method} ${route}`, {
    kind: 'server',
    remoteParent: remoteParentOf(call),
    trusted: !isEdge,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'ece.request_id': request.id,
    },
  });
}
