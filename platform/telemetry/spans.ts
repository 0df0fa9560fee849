import { type CallContext, currentCall, forCall } from './call-context.ts';

/** What is told of a piece of work. Never a secret, personal data, or a value that somebody has sent. */
export type Attributes = Record<string, string | number | boolean>;

/** Names the job in the span of its run. */
export const JOB = 'ece.job';

/** Marks work that others go on with in its trace, so it has to be there. */
export const LEADS_ON = 'ece.leads_on';

/** A piece of work that is recorded (OpenTelemetry: a span). */
export interface Span {
  /** Its place in its trace, for those who work for it (W3C Trace Context). */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** Adds what was thrown. */
  fail(error: unknown): void;
  end(): void;
}

export interface SpanOptions {
  /** server: somebody asked for it; client: somebody else is asked; consumer: it follows from what was stored. */
  kind?: 'server' | 'client' | 'internal' | 'consumer';
  attributes?: Attributes;
  /** What it is part of; a trace of its own where absent. */
  parent?: Span | undefined;
  /** The same in another process, by its traceparent. */
  remoteParent?: { traceparent: string; tracestate?: string | undefined } | undefined;
  /** The parent's word on whether to record counts; not for what strangers send. */
  trusted?: boolean;
  /** Others that it is done for, too. */
  links?: readonly Pick<Span, 'traceparent'>[];
}

/** Where spans and errors go. */
export interface Recorder {
  start(name: string, options: SpanOptions): Span;
  /** Reports something that went wrong on our side, with what it happened in. */
  report(error: unknown, message: string, attributes: Attributes): void;
}

let recorder: Recorder | undefined;

/** Sets where this process's spans and errors go; nowhere, and for nothing, until then. */
export function recordTo(to: Recorder | undefined): void {
  recorder = to;
}

/** Begins a span that ends elsewhere; undefined where nothing is recorded. */
export function startSpan(name: string, options: SpanOptions): Span | undefined {
  return recorder?.start(name, options);
}

/** Does work as a span of what it is done for. What it throws is noted and thrown on. */
export function record<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!recorder) return work();
  const call = currentCall();
  const from = call?.span ? { parent: call.span } : { remoteParent: remoteParentOf(call), trusted: true };
  return inSpan(recorder.start(name, { ...from, ...options }), call, work);
}

/** Does work for many calls at once: as a span of the first that is recorded, with links to the others. */
export function recordForMany<T>(
  name: string,
  calls: readonly (CallContext | undefined)[],
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  // Otherwise it would seem to be done for whoever happened to come first.
  if (!recorder) return forCall(undefined, work);
  const spans = calls.flatMap((call) => call?.span ?? []);
  const parent = spans.find(isSampled) ?? spans[0];
  const links = spans.filter((span) => span !== parent);
  return inSpan(recorder.start(name, { parent, links, attributes }), undefined, work);
}

/**
 * The place of this work in its trace, to be stored with what somebody goes on with later (`recordFollowing`); null where
 * it is not recorded.
 */
export function traceToKeep(): string | null {
  const call = currentCall();
  if (call?.kept) return call.kept;
  const span = recorder && call?.span;
  if (!span || !isSampled(span)) return null;
  span.set({ [LEADS_ON]: true });
  return span.traceparent;
}

/** Does work that another thread records: what it stores keeps the place in the trace that it kept. */
export function keepTrace<T>(kept: string | null, work: () => T): T {
  return kept ? forCall({ kept }, work) : work();
}

/** Whether this process records anything: what is only needed for that can be left out otherwise. */
export function isRecording(): boolean {
  return recorder !== undefined;
}

/** Most links of a span. */
const MOST_LINKS = 32;

/**
 * Does what follows from things that were stored with their traces: as a span in the trace of the first that has one, with
 * links to those of the others and to the job in which it happens. Without a trace it is just done.
 * @param kept what `traceToKeep` gave when each was stored
 */
export function recordFollowing<T>(
  name: string,
  kept: readonly (string | null)[],
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = new Set(kept.filter((trace) => trace !== null));
  if (!recorder || !first) return work();
  const call = currentCall();
  const links = [
    ...(call?.span ? [call.span] : []),
    ...others.slice(0, MOST_LINKS).map((traceparent) => ({ traceparent })),
  ];
  const from = { kind: 'consumer', remoteParent: { traceparent: first }, trusted: true, links } as const;
  return inSpan(recorder.start(name, { ...from, attributes: { 'ece.caused_by': kept.length } }), call, work);
}

/** Whether the place in a trace is one that is recorded: the flag of W3C Trace Context, 3.2.2.5. */
function isSampled({ traceparent }: Pick<Span, 'traceparent'>): boolean {
  return (Number.parseInt(traceparent.slice(53, 55), 16) & 1) === 1;
}

/** Reports an error of ours to whoever collects them; the span in which it happens has it, too. */
export function reportError(error: unknown, message: string, attributes: Attributes): void {
  recorder?.report(error, message, attributes);
}

/** Where a call comes from, when no span of this process covers it. */
export function remoteParentOf(call: CallContext | undefined): SpanOptions['remoteParent'] {
  return call?.traceparent ? { traceparent: call.traceparent, tracestate: call.tracestate } : undefined;
}

async function inSpan<T>(span: Span, call: CallContext | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await forCall({ ...call, span }, work);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
