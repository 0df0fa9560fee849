import type { OperationOptions } from '@ece/contract';

/** What a client needs to know of a call, without its schemas. */
export interface CallShape {
  method: OperationOptions['method'];
  path: string;
  /** Names of the inputs that go into the query. */
  query?: string[];
  /** Names of the inputs that go into the body; absent where the call has none. */
  body?: string[];
  /** The call needs an Idempotency-Key. */
  key?: true;
  /** Where its answer is text of this kind, not JSON. */
  mediaType?: string;
  /** The call signs in, so no token goes with it. */
  signsIn?: true;
}

/** The calls of the API by service and name. It is plain JSON, so that a browser can be given it ready-made. */
export type CallTable = Record<string, Record<string, CallShape>>;

/** Takes from the contract's operations what a client needs. */
export function callTable(operations: Record<string, Record<string, OperationOptions>>): CallTable {
  return mapValues(operations, (calls) => mapValues(calls, shapeOf));
}

function shapeOf(operation: OperationOptions): CallShape {
  const { method, path, query, body, idempotent, access, mediaType } = operation;
  return {
    method,
    path,
    ...(query && { query: keysOf(query) }),
    ...(body && { body: keysOf(body) }),
    ...(idempotent && { key: true }),
    ...(mediaType && { mediaType }),
    ...(access === 'public' && method !== 'GET' && { signsIn: true }),
  };
}

function keysOf(schema: object): string[] {
  return Object.keys((schema as { properties?: object }).properties ?? {});
}

/** Applies a function to each value of an object. */
export function mapValues<V, R>(record: Record<string, V>, change: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
