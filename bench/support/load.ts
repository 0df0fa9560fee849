import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchExchange } from './exchange.ts';
import { quantile } from './measure.ts';

/** Where bids go and whose they are. */
export interface Target {
  port: number;
  /** Access tokens, used in turn. */
  people: string[];
  auctions: string[];
}

/** A load of bids. */
export interface LoadSpec {
  /** Keep-alive connections, each with one bid at a time. */
  connections: number;
  seconds: number;
  /** Bids are spread by chance over these of the target's auctions. */
  auctions: { from: number; count: number };
  /**
   * Open loop: bids in a second, whether they are answered or not. Closed loop where absent: each connection
   * bids again as soon as it is answered.
   */
  perSecond?: number;
}

/** What a load came to. */
export interface LoadResult {
  seconds: number;
  /** Bids that were answered as accepted, and so are durable. */
  accepted: number;
  /** Answers by status. */
  answers: Record<number, number>;
  /** Open loop: bids for which no connection became free in time. */
  unsent: number;
  /** Milliseconds of accepted bids, from when they should have been sent. */
  latencies: number[];
  /** CPU seconds of the generator itself. */
  cpuSeconds: number;
}

/** A load generator in a process of its own. */
export interface Load {
  run(spec: LoadSpec): Promise<LoadResult>;
  stop(): void;
}

/** Starts a load generator whose bids go to an exchange. */
export function startLoad({ port, tokens, auctions }: BenchExchange): Load {
  const child = fork(fileURLToPath(new URL('./load-process.ts', import.meta.url)), { stdio: 'inherit' });
  const target: Target = { port, people: tokens, auctions };
  child.send({ target });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the load generator ended');
  });
  ended.catch(() => {});
  return {
    async run(load) {
      child.send({ load });
      const [result] = (await Promise.race([once(child, 'message'), ended])) as [LoadResult];
      return result;
    },
    stop: () => child.kill(),
  };
}

/** Bids in a second that were accepted. */
export function acceptedPerSecond({ accepted, seconds }: LoadResult): number {
  return accepted / seconds;
}

/** Milliseconds that 99 of 100 accepted bids did not exceed. */
export function p99({ latencies }: LoadResult): number {
  return quantile(latencies, 0.99);
}

/** What a reader of a figure must know about the loads behind it. */
export function loadNotes(results: readonly LoadResult[]): string[] {
  const sum = (of: (result: LoadResult) => number) => results.reduce((total, each) => total + of(each), 0);
  const share = sum((each) => each.cpuSeconds) / (sum((each) => each.seconds) * cpus().length);
  const answers = new Map<string, number>();
  for (const each of results) {
    for (const [status, count] of Object.entries(each.answers)) {
      answers.set(status, (answers.get(status) ?? 0) + count);
    }
  }
  const statuses = [...answers].map(([status, count]) => `${count.toLocaleString('en')} × ${status}`);
  return [
    `the load generator took ${Math.round(share * 100)} % of the machine; answers: ${statuses.join(', ')}`,
  ];
}
