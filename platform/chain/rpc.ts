import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDefaultRpcTransport,
  createSolanaRpcFromTransport,
  isSolanaError,
  type Rpc,
  type RpcTransport,
  SOLANA_ERROR__RPC__TRANSPORT_HTTP_ERROR,
  type SolanaRpcApi,
} from '@solana/kit';
import { record } from '../telemetry/spans.ts';

/** How a node is reached. */
export interface ChainOptions {
  /** Address of the node's JSON-RPC; may hold a secret and therefore never appears in an error. */
  url: string;
  /** Longest time for one request, in milliseconds; default 10,000. */
  fetchTimeoutMs?: number;
  /** Called after each request on the wire (repeats included), for metrics. Must not throw. */
  onRequest?: (request: { method: string; ok: boolean; ms: number }) => void;
}

/**
 * Thrown where a question to the chain got no answer: `unreachable` (no node answered in time, worth
 * trying later) or `refused` (the node said no: the request is wrong for it).
 */
export class ChainError extends Error {
  readonly code: 'unreachable' | 'refused';

  constructor(code: 'unreachable' | 'refused', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChainError';
    this.code = code;
  }
}

/** True for an error that says that no node answered. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ChainError && error.code === 'unreachable';
}

/** Pauses between the attempts of a read, in milliseconds. */
const PAUSES = [100, 400];
/** Sending twice what may have arrived is the caller's decision. */
const NEVER_REPEATED = new Set(['sendTransaction', 'requestAirdrop']);
const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The method of a call, or of a batch, whose calls have the same one. */
function methodOf(payload: unknown): string {
  const call = Array.isArray(payload) ? payload[0] : payload;
  return String((call as { method?: unknown }).method);
}

function toChainError(error: unknown, method: string): ChainError {
  if (isSolanaError(error, SOLANA_ERROR__RPC__TRANSPORT_HTTP_ERROR)) {
    const status = error.context.statusCode;
    const code = TRANSIENT_STATUS.has(status) ? 'unreachable' : 'refused';
    return new ChainError(code, `${method}: the node answered with HTTP status ${status}.`);
  }
  const reason = error instanceof Error && error.name === 'TimeoutError' ? 'in time' : 'at all';
  return new ChainError('unreachable', `${method}: the node did not answer ${reason}.`);
}

/** The transport under every request: a time limit, bounded repeats of reads, and the metrics hook. */
function createTransport({ url, fetchTimeoutMs = 10_000, onRequest }: ChainOptions): RpcTransport {
  const inner: RpcTransport = createDefaultRpcTransport({ url });

  const attempt: RpcTransport = <T>(request: Parameters<RpcTransport>[0]) => {
    const method = methodOf(request.payload);
    return record(`chain ${method}`, { kind: 'client', attributes: { 'rpc.system': 'jsonrpc' } }, () =>
      send<T>(request, method),
    );
  };

  const send = async <T>(request: Parameters<RpcTransport>[0], method: string) => {
    const started = performance.now();
    const limit = AbortSignal.timeout(fetchTimeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, limit]) : limit;
    let good = false;
    try {
      const response = await inner<T>({ ...request, signal });
      good = !(typeof response === 'object' && response !== null && 'error' in response);
      return response;
    } catch (error) {
      throw toChainError(error, method);
    } finally {
      onRequest?.({ method, ok: good, ms: performance.now() - started });
    }
  };

  return async <T>(request: Parameters<RpcTransport>[0]) => {
    const pauses = NEVER_REPEATED.has(methodOf(request.payload)) ? [] : PAUSES;
    for (const pause of pauses) {
      try {
        return await attempt<T>(request);
      } catch (error) {
        if ((error as ChainError).code !== 'unreachable') throw error;
        await sleep(pause * (0.75 + Math.random() / 2));
      }
    }
    return attempt<T>(request);
  };
}

/** A request that has not been sent yet, as the RPC client makes it. */
interface Request<T> {
  send(): Promise<T>;
}

/** A node, as the other files of this folder use it. */
export interface Connection {
  rpc: Rpc<SolanaRpcApi>;
  /** Sends a read; throws `ChainError` where there is no answer. */
  read<T>(request: Request<T>): Promise<T>;
  /** Calls a method that Solana's client does not know; throws `ChainError` where it is not answered. */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  /** See `createBatches`. */
  batch(method: string, calls: readonly (readonly unknown[])[]): Promise<unknown[]>;
}

/** Most calls that travel together. */
const BATCH_SIZE = 64;

/**
 * Calls of one method in JSON-RPC batches, which spare most of the work of a request each. Results come in the
 * order of the calls, integers as numbers; `undefined` stands for an error, and for everything at a node that
 * takes no batches: the caller asks these one by one. An unreachable node throws, as it does elsewhere; the
 * next batch is half as large then, in case this one was too much for it.
 */
function createBatches(transport: RpcTransport): Connection['batch'] {
  let refused = false;
  let size = BATCH_SIZE;

  async function send(method: string, calls: readonly (readonly unknown[])[]): Promise<unknown[]> {
    const payload = calls.map((params, id) => ({ jsonrpc: '2.0', id, method, params }));
    const results = new Array<unknown>(calls.length);
    try {
      const answers = await transport<unknown>({ payload });
      refused = !Array.isArray(answers);
      for (const { id, result } of refused ? [] : (answers as { id: number; result?: unknown }[])) {
        results[id] = result;
      }
      size = Math.min(BATCH_SIZE, 2 * size);
    } catch (error) {
      if (isUnreachable(error)) {
        size = Math.ceil(size / 2);
        throw error;
      }
      refused = true;
    }
    return results;
  }

  return async (method, calls) => {
    const results: unknown[] = [];
    while (results.length < calls.length) {
      const some = calls.slice(results.length, results.length + size);
      results.push(...(refused ? new Array<unknown>(some.length) : await send(method, some)));
    }
    return results;
  };
}

/** Connects to a node; nothing is sent yet. */
export function connect(options: ChainOptions): Connection {
  const transport = createTransport(options);
  const rpc = createSolanaRpcFromTransport(transport) as Rpc<SolanaRpcApi>;
  return {
    rpc,
    batch: createBatches(transport),
    async call(method, params) {
      const answer = await transport<{ result?: unknown; error?: { message: string } }>({
        payload: { jsonrpc: '2.0', id: 0, method, params },
      });
      if (answer.error) throw new ChainError('refused', `${method}: ${answer.error.message}`);
      return answer.result;
    },
    async read(request) {
      try {
        return await request.send();
      } catch (error) {
        if (error instanceof ChainError || !isSolanaError(error)) throw error;
        throw new ChainError('refused', error.message, { cause: error });
      }
    },
  };
}
