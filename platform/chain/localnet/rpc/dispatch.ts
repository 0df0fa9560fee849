import { inspect } from 'node:util';
import { stringifyJson } from '../json.ts';
import { accountMethods } from './accounts.ts';
import { clusterMethods } from './cluster.ts';
import {
  INTERNAL_ERROR,
  INVALID_REQUEST,
  invalidParams,
  METHOD_NOT_FOUND,
  PARSE_ERROR,
  RpcError,
} from './errors.ts';
import { historyMethods } from './history.ts';
import { loadMethods } from './load.ts';
import type { Method, Services } from './method.ts';
import { submitMethods } from './submit.ts';
import { tokenMethods } from './tokens.ts';

const MAX_BATCH = 500;

const methods = new Map<string, Method>(
  Object.entries({
    ...clusterMethods,
    ...accountMethods,
    ...tokenMethods,
    ...submitMethods,
    ...historyMethods,
    ...loadMethods,
  }),
);

type Id = string | number | null;

/**
 * Answers the body of a JSON-RPC request, a single call or a batch, with the body of the response.
 * No answer is given before everything it may rest on is on disk.
 */
export async function answer(services: Services, body: string): Promise<string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return stringifyJson(failure(null, new RpcError(PARSE_ERROR, 'Parse error')));
  }
  if (!Array.isArray(parsed)) return stringifyJson(await call(services, parsed));
  if (parsed.length === 0 || parsed.length > MAX_BATCH) {
    const message = `Invalid request: a batch has 1 to ${MAX_BATCH} calls`;
    return stringifyJson(failure(null, new RpcError(INVALID_REQUEST, message)));
  }
  return stringifyJson(await Promise.all(parsed.map((each) => call(services, each))));
}

async function call(services: Services, request: unknown): Promise<unknown> {
  const { id, method, params } = isObject(request) ? request : {};
  if (typeof method !== 'string' || !isId(id)) {
    return failure(isId(id) ? id : null, new RpcError(INVALID_REQUEST, 'Invalid request'));
  }
  try {
    const handler = methods.get(method);
    if (handler === undefined) throw new RpcError(METHOD_NOT_FOUND, 'Method not found');
    if (params !== undefined && !Array.isArray(params)) throw invalidParams('they must be an array');
    const result = await handler(services, params ?? []);
    await services.chain.ledger.durable();
    return { jsonrpc: '2.0', result, id };
  } catch (error) {
    return failure(id, error);
  }
}

function failure(id: Id, error: unknown) {
  const known = error instanceof RpcError ? error : new RpcError(INTERNAL_ERROR, 'Internal error');
  if (known !== error) process.stderr.write(`a call to the local chain failed: ${inspect(error)}\n`);
  const { code, message, data } = known;
  return { jsonrpc: '2.0', error: { code, message, ...(data !== undefined && { data }) }, id };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number' || value === null;
}
