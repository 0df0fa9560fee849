import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { JOB, LEADS_ON } from './spans.ts';

/** A run that takes so long is of interest, whatever it did. */
const LONG_MS = 100;
/** Runs that are kept in mind at once, and spans of each; what is beyond is recorded as it is. */
const MOST_RUNS = 200;
const MOST_SPANS = 200;

/**
 * Lets the spans of a job's run through only where it did more than look at its tables: when it asked somebody else, caused
 * what others go on with, failed or took long. Jobs look many times a second, and find nothing most of the time.
 */
export class KeepNotable implements SpanProcessor {
  readonly #next: SpanProcessor;
  /** The spans of runs under way, by the ids of their traces. */
  readonly #runs = new Map<string, ReadableSpan[]>();

  constructor(next: SpanProcessor) {
    this.#next = next;
  }

  onStart(...args: Parameters<SpanProcessor['onStart']>): void {
    const [span] = args;
    const { traceId } = span.spanContext();
    if (JOB in span.attributes && this.#runs.size < MOST_RUNS) this.#runs.set(traceId, []);
    this.#next.onStart(...args);
  }

  onEnd(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const run = this.#runs.get(traceId);
    if (!run) {
      this.#next.onEnd(span);
      return;
    }
    run.push(span);
    if (!(JOB in span.attributes) && run.length < MOST_SPANS) return;
    this.#runs.delete(traceId);
    const isOver = JOB in span.attributes;
    if (isOver && !run.some(isNotable)) return;
    for (const each of run) this.#next.onEnd(each);
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}

function isNotable({ kind, attributes, status, duration: [seconds, nanoseconds] }: ReadableSpan): boolean {
  const ms = seconds * 1e3 + nanoseconds / 1e6;
  const tells = kind === SpanKind.CLIENT || LEADS_ON in attributes;
  return tells || status.code === SpanStatusCode.ERROR || ms >= LONG_MS;
}
