import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: number; boolValue?: boolean; doubleValue?: number };
type KeyValues = { key: string; value: Value }[];

/** A span as it arrives. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  links: { traceId: string; spanId: string }[];
  status: { code?: number };
  /** What its process says of itself. */
  resource: Record<string, unknown>;
}

/** A record of a log as it arrives. */
export interface ReceivedLog {
  traceId?: string;
  spanId?: string;
  severityNumber: number;
  body: string;
  attributes: Record<string, unknown>;
}

/** A collector that keeps what it is sent by OTLP/HTTP in JSON. */
export interface OtlpReceiver {
  url: string;
  spans: ReceivedSpan[];
  logs: ReceivedLog[];
  /** Everything as it came over the wire, headers included. */
  raw(): string;
  close(): Promise<void>;
}

const valuesOf = (list: KeyValues = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));

/** Opens a receiver on a free port. */
export async function openReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const logs: ReceivedLog[] = [];
  let raw = '';
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    raw += `${JSON.stringify(request.headers)}\n${text}\n`;
    const body = JSON.parse(text);
    if (request.url === '/v1/traces') {
      for (const { resource, scopeSpans } of body.resourceSpans) {
        for (const span of scopeSpans.flatMap((scope: { spans: unknown[] }) => scope.spans)) {
          spans.push({
            ...span,
            attributes: valuesOf(span.attributes),
            links: span.links ?? [],
            events: (span.events ?? []).map((event: { name: string; attributes: KeyValues }) => ({
              name: event.name,
              attributes: valuesOf(event.attributes),
            })),
            resource: valuesOf(resource.attributes),
          });
        }
      }
    } else if (request.url === '/v1/logs') {
      for (const { scopeLogs } of body.resourceLogs) {
        for (const log of scopeLogs.flatMap((scope: { logRecords: unknown[] }) => scope.logRecords)) {
          logs.push({ ...log, body: log.body.stringValue, attributes: valuesOf(log.attributes) });
        }
      }
    } else response.statusCode = 404;
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    logs,
    raw: () => raw,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
