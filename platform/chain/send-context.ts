import type { Database } from '../db/database.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ChainClient } from './client.ts';
import type { Purpose } from './sender.ts';

/** What a sender works with. Durations are milliseconds. */
export interface SenderOptions {
  db: Database;
  chain: Pick<ChainClient, 'broadcastAll' | 'statuses' | 'settlements' | 'outcomes'>;
  log: Logger;
  metrics: Metrics;
  /** Between two looks at what is on its way; default 500. */
  followMs?: number;
  /** Until a transaction that the chain does not know is broadcast again; default 4,000. */
  resendMs?: number;
  /** How long a process may keep a request for signing before another one takes it; default 20,000. */
  leaseMs?: number;
  /** Signatures that are made for one request at the most, each after the one before has expired; default 10. */
  maxAttempts?: number;
}

/** What the jobs of a sender share. */
export interface SendContext extends SenderOptions {
  purposes: Map<string, Purpose>;
  count(purpose: string, result: 'final' | 'failed' | 'replaced', feeLamports?: bigint): void;
  /** Notes how long one took from its request until it was final. */
  finalAfter(purpose: string, milliseconds: number): void;
  wake(): void;
}
