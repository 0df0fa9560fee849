import { type DestinationStream, type Logger, pino, symbols } from 'pino';
import pretty from 'pino-pretty';
import { currentCall, traceIdOf } from '../telemetry/call-context.ts';
import { reportError } from '../telemetry/spans.ts';

export type { Logger };

/** Properties whose values never reach a log, at any of the depths that our log calls use. */
const SECRETS = [
  'password',
  'passphrase',
  'secret',
  'token',
  'accessToken',
  'authorization',
  'cookie',
  'set-cookie',
  'email',
  'wire',
  'idempotency-key',
  'x-ece-internal',
];

export interface LogOptions {
  level: string;
  /** json: a line per record, for collectors; pretty: for people at a terminal. */
  format: 'json' | 'pretty';
  destination?: DestinationStream;
}

/** Makes the process's logger. Secrets and personal data are masked by name. */
export function createLogger(options: LogOptions): Logger {
  const paths = SECRETS.flatMap((name) =>
    ['', '*.', '*.*.', '*.*.*.'].map((depth) => `${depth}["${name}"]`.replace('.[', '[')),
  );
  const destination =
    options.destination ??
    (options.format === 'pretty'
      ? pretty({ translateTime: 'HH:MM:ss', ignore: 'pid,hostname', sync: true })
      : undefined);
  const settings = {
    level: options.level,
    // A constraint's error names the values of the row in its detail.
    redact: { paths: [...paths, 'err.detail', 'err.query', 'err.parameters'], censor: '[masked]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { pid: process.pid },
    mixin: callFields,
    hooks: { logMethod: reportErrors },
  };
  return destination ? pino(settings, destination) : pino(settings);
}

/** What a line is written for: the id of the request and of its trace, unless the line or its logger names them. */
function callFields(line: object, _level: number, logger: Logger): object {
  const call = currentCall();
  if (!call) return {};
  const bound = String((logger as unknown as Record<symbol, unknown>)[symbols.chindingsSym]);
  const isNamed = !call.requestId || 'reqId' in line || bound.includes('"reqId"');
  const traceId = 'trace_id' in line ? undefined : traceIdOf(call);
  return { ...(!isNamed && { reqId: call.requestId }), ...(traceId && { trace_id: traceId }) };
}

/** pino's number of the level error. */
const ERROR = 50;

/** Errors that are logged are errors of ours: they are reported to whoever collects them, too. */
function reportErrors(
  this: Logger,
  args: unknown[],
  method: (...args: unknown[]) => void,
  level: number,
): void {
  method.apply(this, args);
  const [line, message] = args as [{ err?: unknown; job?: unknown } | string, string | undefined];
  if (level < ERROR || typeof line !== 'object' || line?.err === undefined) return;
  reportError(line.err, message ?? '', typeof line.job === 'string' ? { 'ece.job': line.job } : {});
}
