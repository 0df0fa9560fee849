import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { callHeaders } from '../telemetry/call-context.ts';
import { record } from '../telemetry/spans.ts';
import type { Breaker } from './breaker.ts';

/** The asynchronous methods of an interface that may be called in another process. */
export type RemoteMethods<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[keyof T] &
  string;

/**
 * What of an interface may be called in another process. A read may be repeated where its answer was lost;
 * a write may not, as nobody knows whether it has happened.
 */
export interface Remotable<T> {
  reads: readonly RemoteMethods<T>[];
  writes: readonly RemoteMethods<T>[];
}

/** Where processes reach each other's interfaces. */
export const INTERNAL = '/internal/';

const HEADER = 'x-ece-internal';

/** JSON with bigint and Date kept, and with arguments that are left out. */
export function encode(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, current) {
    const original = this[key];
    if (typeof original === 'bigint') return { $bigint: original.toString() };
    if (original instanceof Date) return { $date: original.toISOString() };
    // JSON makes it null in an array, which a default value does not stand in for.
    if (original === undefined && Array.isArray(this)) return { $undefined: true };
    return current;
  });
}

/** Reads what `encode` wrote. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, value) => {
    if (value && typeof value === 'object') {
      if (typeof value.$bigint === 'string') return BigInt(value.$bigint);
      if (typeof value.$date === 'string') return new Date(value.$date);
      if (value.$undefined === true) return undefined;
    }
    return value;
  });
}

/** Serves an interface's methods to the exchange's other processes, which show the shared secret. */
export function exposeInternal<T extends object>(
  app: FastifyInstance,
  name: string,
  api: T,
  methods: Remotable<T>,
  secret: string,
): void {
  const expected = Buffer.from(secret);
  const table = new Map<string, (...args: unknown[]) => Promise<unknown>>(
    namesOf(methods).map((method) => [
      method,
      (api[method] as (...args: unknown[]) => Promise<unknown>).bind(api),
    ]),
  );
  app.register(async (scope) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post<{ Params: { method: string }; Body: string }>(
      `${INTERNAL}${name}/:method`,
      {
        bodyLimit: 8 * 1024 * 1024,
        // Before the body is read, as it may be larger than a stranger's.
        onRequest: async (request, reply) => {
          const given = Buffer.from(String(request.headers[HEADER] ?? ''));
          const known = given.length === expected.length && timingSafeEqual(given, expected);
          if (!known || !table.has(request.params.method)) return reply.callNotFound();
        },
      },
      async (request, reply) => {
        const method = table.get(request.params.method)!;
        const value = await method(...(decode(request.body) as unknown[]));
        return reply
          .type('application/json')
          .serializer((text: string) => text)
          .send(encode({ value }));
      },
    );
  });
}

export interface RemoteOptions {
  /** Base address of the process that has the service. */
  url: string;
  secret: string;
  timeoutMs?: number;
  /** Refuses calls at once while the process does not answer. */
  breaker?: Breaker;
}

/**
 * A call of another process that has no answer. It is answered with 503, as the caller can do nothing but
 * try again later; why is in the log of the one or the other.
 */
export class PeerFailed extends Error {
  /** Seconds after which another try may do better. */
  readonly retryAfter: number;

  constructor(message: string, options: ErrorOptions & { retryAfter?: number } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter ?? 1;
  }
}

/**
 * The same interface, served by another process. Failures throw `PeerFailed`: expected refusals travel as
 * values. A call that never left is sent once more, and so is a read whose connection was closed before the
 * first byte of the answer, as happens when the other process stops.
 */
export function remote<T extends object>(
  name: string,
  methods: Remotable<T>,
  options: RemoteOptions,
): Pick<T, RemoteMethods<T>> {
  const send = (method: string, args: unknown[], signal: AbortSignal) =>
    fetch(new URL(`${INTERNAL}${name}/${method}`, options.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', [HEADER]: options.secret, ...callHeaders() },
      body: encode(args),
      signal,
    });
  const call = async (method: RemoteMethods<T>, args: unknown[]) => {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 5000);
    const attempt = options.breaker?.begin();
    if (options.breaker && !attempt) {
      const { retryAfter } = options.breaker;
      throw new PeerFailed(`${name}.${method} is not called: its process does not answer`, { retryAfter });
    }
    const again = (error: unknown) => {
      if (!mayRepeat(error, methods.reads.includes(method))) throw error;
      return send(method, args, signal);
    };
    try {
      const response = await send(method, args, signal).catch(again);
      attempt?.answered();
      if (!response.ok) throw new PeerFailed(`${name}.${method} answered ${response.status}`);
      return (decode(await response.text()) as { value: unknown }).value;
    } catch (error) {
      if (error instanceof PeerFailed) throw error;
      attempt?.failed();
      throw new PeerFailed(`${name}.${method} has no answer`, { cause: error });
    }
  };
  return Object.fromEntries(
    namesOf(methods).map((method) => [
      method,
      (...args: unknown[]) => record(`${name}.${method}`, { kind: 'client' }, () => call(method, args)),
    ]),
  ) as unknown as Pick<T, RemoteMethods<T>>;
}

/** Nobody was there. */
const UNSENT = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']);
/** The other side has closed a connection. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Whether a call of another process may be sent once more: one that never left, and a safe one whose connection
 * was closed before its answer began. The rule of internal calls and of the gateway.
 */
export function mayRepeat(error: unknown, isSafe: boolean): boolean {
  const code = codeOf(error);
  return UNSENT.has(code) || (isSafe && CLOSED.has(code));
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? code ?? '');
}

function namesOf<T>({ reads, writes }: Remotable<T>): RemoteMethods<T>[] {
  return [...reads, ...writes];
}
