import {
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { currentCall } from './call-context.ts';
import { KeepNotable } from './notable.ts';
import type { Attributes, Recorder, Span, SpanOptions } from './spans.ts';

export interface OtlpOptions {
  /** Base address of the collector; `/v1/traces` and `/v1/logs` are added (OTEL_EXPORTER_OTLP_ENDPOINT). */
  endpoint: string;
  /** Headers of each export, as `name=value,name=value` (OTEL_EXPORTER_OTLP_HEADERS). */
  headers?: string | undefined;
  /** Share of traces that are recorded, 0 to 1. */
  ratio: number;
  /** What the process is: `service.name`, `service.version` and the like. */
  resource: Attributes;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
  consumer: SpanKind.CONSUMER,
};
/** OpenTelemetry's number of the level ERROR. */
const ERROR = 17;
const DELAY_MS = 1_000;
/** Time for an export; a process that stops waits no longer for a collector. */
const EXPORT_MS = 3_000;
/** Longest text of an attribute. */
const LONGEST = 4_000;

/** A recorder that exports by OTLP/HTTP in JSON. What cannot be sent in time is dropped; nobody waits for it. */
export function openOtlp(options: OtlpOptions): { recorder: Recorder; close(): Promise<void> } {
  const base = options.endpoint.replace(/\/$/, '');
  const headers = headersOf(options.headers);
  const resource = resourceFromAttributes(options.resource);
  const ratio = new TraceIdRatioBasedSampler(options.ratio);
  const shared = { headers, timeoutMillis: EXPORT_MS };
  const batches = { scheduledDelayMillis: DELAY_MS, exportTimeoutMillis: EXPORT_MS };
  const traceExporter = new OTLPTraceExporter({ url: `${base}/v1/traces`, ...shared });
  const spans = new BatchSpanProcessor({ exporter: traceExporter, ...batches });
  const provider = new TracerProvider({
    resource,
    // The ratio decides by the trace's id, so every process with the same ratio decides alike.
    sampler: new ParentBasedSampler({ root: ratio, remoteParentNotSampled: ratio }),
    spanLimits: { attributeValueLengthLimit: LONGEST },
    spanProcessors: [new KeepNotable(spans)],
  });
  const logExporter = new OTLPLogExporter({ url: `${base}/v1/logs`, ...shared });
  const logs = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: logExporter, ...batches })],
  });
  const tracer = provider.getTracer('ece');
  const logger = logs.getLogger('ece');
  const recorder: Recorder = {
    start(name, { kind = 'internal', attributes, links = [], ...from }) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          ...(attributes && { attributes }),
          links: links.flatMap(({ traceparent }) => {
            const context = remoteContext(traceparent, undefined, true);
            return context ? { context } : [];
          }),
        },
        parentOf(from),
      );
      return asSpan(span);
    },
    report(error, message, attributes) {
      const call = currentCall();
      call?.span?.fail(error);
      const context = call?.span
        ? contextOf(call.span)
        : remoteContext(call?.traceparent, call?.tracestate, true);
      logger.emit({
        severityNumber: ERROR,
        severityText: 'ERROR',
        body: message,
        attributes: {
          ...attributes,
          ...exceptionOf(error),
          ...(call?.requestId && { 'ece.request_id': call.requestId }),
        },
        ...(context && { context: trace.setSpanContext(ROOT_CONTEXT, context) }),
      });
    },
  };
  return {
    recorder,
    async close() {
      await Promise.allSettled([provider.shutdown(), logs.shutdown()]);
    },
  };
}

interface Own extends Span {
  readonly context: SpanContext;
}

function asSpan(span: import('@opentelemetry/api').Span): Own {
  const context = span.spanContext();
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return {
    context,
    traceparent: `00-${context.traceId}-${context.spanId}-${flags}`,
    set: (attributes) => void span.setAttributes(attributes),
    fail(error) {
      span.addEvent('exception', exceptionOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    end: () => span.end(),
  };
}

function contextOf(span: Span): SpanContext {
  return (span as Own).context;
}

function parentOf({ parent, remoteParent, trusted = false }: SpanOptions) {
  const context = parent
    ? contextOf(parent)
    : remoteContext(remoteParent?.traceparent, remoteParent?.tracestate, trusted);
  return context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

function remoteContext(traceparent: string | undefined, tracestate: string | undefined, trusted: boolean) {
  if (!traceparent) return undefined;
  const sampled = trusted && (Number.parseInt(traceparent.slice(53, 55), 16) & TraceFlags.SAMPLED) !== 0;
  return {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(tracestate && { traceState: new TraceState(tracestate) }),
  };
}

/** Errors whose messages quote what somebody has sent: of the database, and of what cannot be parsed. */
const QUOTING = new Set(['PostgresError', 'SyntaxError']);

/** What is told of an error, by OpenTelemetry's names. */
function exceptionOf(error: unknown): Attributes {
  if (!(error instanceof Error)) return { 'exception.type': typeof error };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    'exception.type': error.name,
    ...(!QUOTING.has(error.name) && { 'exception.message': error.message.slice(0, LONGEST) }),
    'exception.stacktrace': [error.name, ...frames].join('\n').slice(0, LONGEST),
    ...(typeof code === 'string' && { 'ece.error_code': code }),
  };
}

/** Reads `name=value,name=value`, values encoded as in addresses (OpenTelemetry's environment variables). */
function headersOf(text = ''): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split('='))
      .filter(([name, ...value]) => name?.trim() && value.length > 0)
      .map(([name, ...value]) => [name!.trim(), decodeURIComponent(value.join('=').trim())]),
  );
}
