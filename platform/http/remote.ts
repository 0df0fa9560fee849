import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** The asynchronous methods of an interface that may be called in another process. */
export type RemoteMethods<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[keyof T] &
  string;

/** Where processes reach each other's interfaces. */
export const INTERNAL = '/internal/';

const HEADER = 'x-ece-internal';

/** JSON with bigint and Date kept. */
export function encode(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, current) {
    const original = this[key];
    if (typeof original === 'bigint') return { $bigint: original.toString() };
    if (original instanceof Date) return { $date: original.toISOString() };
    return current;
  });
}

/** Reads what `encode` wrote. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, value) => {
    if (value && typeof value === 'object') {
      if (typeof value.$bigint === 'string') return BigInt(value.$bigint);
      if (typeof value.$date === 'string') return new Date(value.$date);
    }
    return value;
  });
}

/** Serves an interface's methods to the exchange's other processes, which show the shared secret. */
export function exposeInternal<T extends object>(
  app: FastifyInstance,
  name: string,
  api: T,
  methods: readonly RemoteMethods<T>[],
  secret: string,
): void {
  const expected = Buffer.from(secret);
  const table = new Map<string, (...args: unknown[]) => Promise<unknown>>(
    methods.map((method) => [method, (api[method] as (...args: unknown[]) => Promise<unknown>).bind(api)]),
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
}

/**
 * The same interface, served by another process. Failures throw, like a bug in a local call would:
 * expected refusals travel as values.
 */
export function remote<T extends object>(
  name: string,
  methods: readonly RemoteMethods<T>[],
  options: RemoteOptions,
): Pick<T, RemoteMethods<T>> {
  const call = async (method: string, args: unknown[]) => {
    const response = await fetch(new URL(`${INTERNAL}${name}/${method}`, options.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', [HEADER]: options.secret },
      body: encode(args),
      signal: AbortSignal.timeout(options.timeoutMs ?? 5000),
    });
    if (!response.ok) throw new Error(`${name}.${method} answered ${response.status}`);
    return (decode(await response.text()) as { value: unknown }).value;
  };
  return Object.fromEntries(
    methods.map((method) => [method, (...args: unknown[]) => call(method, args)]),
  ) as unknown as Pick<T, RemoteMethods<T>>;
}
