import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

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
  };
  return destination ? pino(settings, destination) : pino(settings);
}
