import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../server/progress.ts';
import { fillFolder } from './exchange.ts';

/** What is asked of an exchange of some size. */
export type Operation = 'bid' | 'list' | 'set' | 'card' | 'close';

export interface GrowthOrder {
  do: 'measure' | 'plans';
  operation: Operation;
  times: number;
}

/** A statement that calls have caused. */
export interface Statement {
  query: string;
  /** Pages of 8 KiB that it has touched, and how often it ran, for each call. */
  buffers: number;
  calls: number;
}

/** An exchange with so many rows in each table that grows. */
export interface GrownExchange {
  /** What so many calls have touched, by statement, the most first. */
  measure(operation: Operation, times: number): Promise<Statement[]>;
  /** The plans of a call's statements, as PostgreSQL has run them. */
  plans(operation: Operation): Promise<string>;
  stop(): Promise<void>;
}

/** Fills a folder by SQL and opens an exchange on it, without jobs, in a process of its own. */
export async function openGrown(rows: number, progress: Progress): Promise<GrownExchange> {
  const folder = await fillFolder({ people: 60, auctions: 5 }, progress);
  progress.step(`Growing it to ${rows.toLocaleString('en')} rows a table`);
  const tokens = JSON.stringify(await Promise.all(folder.people.map(folder.sign)));
  const log = join(folder.data, 'growth.log');
  const out = openSync(log, 'a');
  const child = fork(fileURLToPath(new URL('./growth-process.ts', import.meta.url)), [String(rows)], {
    env: { ...folder.env, GROWTH_TOKENS: tokens },
    stdio: ['ignore', out, out, 'ipc'],
  });
  const exited = once(child, 'exit');
  const failed = exited.then(() => {
    throw new Error(`the exchange ended:\n${readFileSync(log, 'utf8').slice(-4000)}`);
  });
  failed.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), failed]))[0] as unknown;
  const order = async (message: GrowthOrder) => {
    child.send(message);
    return await answer();
  };
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited;
    await folder.remove();
  };
  try {
    await answer();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    measure: async (operation, times) => (await order({ do: 'measure', operation, times })) as Statement[],
    plans: async (operation) => (await order({ do: 'plans', operation, times: 1 })) as string,
    stop,
  };
}
