import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '../ids/index.ts';
import type { Span } from './spans.ts';

/** What work is done for: a call, in whichever process, or a job. */
export interface CallContext {
  /** Names the call in answers and logs of every process that it comes through; a job has none. */
  readonly requestId?: string;
  /** Its place in a trace (W3C Trace Context), as it came; undefined where the caller keeps no trace. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** The piece of work that is recorded now, where this process records any. */
  readonly span?: Span;
  /** The place in a trace that stays with what is stored, where another thread records the work. */
  readonly kept?: string;
  /** Whether a replica may answer its reads; absent where that was never allowed. */
  readonly reads?: { mayLag: boolean };
}

const calls = new AsyncLocalStorage<CallContext | undefined>();

/** Lets the reads of some work be answered by a replica, which may not know yet what happened a moment ago. */
export function allowLag<T>(work: () => T): T {
  return forCall({ ...currentCall(), reads: { mayLag: true } }, work);
}

/** Whether a replica may answer a read of this work. */
export function mayLag(): boolean {
  return currentCall()?.reads?.mayLag ?? false;
}

/** From here on this work sees what is true now: it has seen something that a replica may not know yet. */
export function seeTruth(): void {
  const reads = currentCall()?.reads;
  if (reads) reads.mayLag = false;
}

/** What this work is done for; undefined at the start, and in jobs that are not recorded. */
export function currentCall(): CallContext | undefined {
  return calls.getStore();
}

/** Runs work for a call: `currentCall` gives it wherever the work leads in this process. */
export function forCall<T>(call: CallContext | undefined, work: () => T): T {
  return calls.run(call, work);
}

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;
/** Version, trace, parent and flags (W3C Trace Context, 3.2); a trace or parent of zeros is none. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const LONGEST_TRACEPARENT = 128;
const LONGEST_TRACESTATE = 512;

/** The id that a caller gives its request, where it is well formed, else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
}

/** The call of a request. What is not well formed is left out. */
export function callOf(requestId: string, { traceparent, tracestate }: IncomingHttpHeaders): CallContext {
  const isTraced =
    typeof traceparent === 'string' &&
    traceparent.length <= LONGEST_TRACEPARENT &&
    TRACEPARENT.test(traceparent);
  if (!isTraced) return { requestId };
  const hasState = typeof tracestate === 'string' && tracestate.length <= LONGEST_TRACESTATE;
  return { requestId, traceparent, ...(hasState && { tracestate }) };
}

/** The trace that a call belongs to, as 32 hexadecimal digits; undefined where it has none. */
export function traceIdOf({ span, traceparent }: CallContext): string | undefined {
  return (span?.traceparent ?? traceparent)?.slice(3, 35);
}

/** Headers that only ever come from `callHeaders`; what a caller sends goes on as far as it is well formed. */
export const CALL_HEADERS: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** The headers by which the next process learns what it works for. */
export function callHeaders(): Record<string, string> {
  const call = currentCall();
  if (!call) return {};
  const { requestId, span, tracestate } = call;
  const traceparent = span?.traceparent ?? call.traceparent;
  return {
    ...(requestId && { 'x-request-id': requestId }),
    ...(traceparent && { traceparent }),
    ...(traceparent && tracestate && { tracestate }),
  };
}
