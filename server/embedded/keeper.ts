import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from './postgres.ts';

/** A PostgreSQL that is started again when it ends by itself. Its address stays. */
export interface KeptPostgres {
  /** As it runs now, or ran last. */
  server(): EmbeddedPostgres;
  /** How often it was started again. */
  restarts(): number;
  /** Settles when it has been started again more often than that. @throws when it has been given up */
  untilRestarted(before: number): Promise<void>;
  /** Settles when it has been given up: it ends too often, or does not start. */
  gaveUp: Promise<void>;
  stop(): Promise<void>;
}

export interface KeeperOptions {
  /** Starts again within `withinMs` milliseconds after which it is given up. */
  restarts: number;
  withinMs: number;
  /** Attempts of one start, with `pauseMs` milliseconds between them. */
  attempts: number;
  pauseMs: number;
  /** Told what happens, in words for people. */
  notice(text: string): void;
}

/** Five ends in ten minutes are no accident any more. */
export const KEEPER: Omit<KeeperOptions, 'notice'> = {
  ...{ restarts: 5, withinMs: 600_000 },
  ...{ attempts: 20, pauseMs: 500 },
};

/**
 * Keeps PostgreSQL running.
 * @param start starts it on its data; given the folder of its socket where it has had one, as others know it by that
 * @throws what the first start throws
 */
export async function keepPostgres(
  start: (socketDir: string | undefined) => Promise<EmbeddedPostgres>,
  options: KeeperOptions,
): Promise<KeptPostgres> {
  const { notice } = options;
  const gaveUp = Promise.withResolvers<void>();
  let current = await start(undefined);
  let restarts = 0;
  let stopping = false;
  let restarting = Promise.resolve();
  // Nobody may be waiting.
  const next = () => {
    const made = Promise.withResolvers<void>();
    made.promise.catch(() => {});
    return made;
  };
  let waiting = next();
  const recent: number[] = [];

  const giveUp = (text: string) => {
    notice(text);
    gaveUp.resolve();
    waiting.reject(new Error(text));
  };
  const restart = async () => {
    const began = performance.now();
    while (recent.length > 0 && recent[0]! < began - options.withinMs) recent.shift();
    if (recent.length >= options.restarts) {
      return giveUp(`PostgreSQL has ended ${recent.length + 1} times in a short while; it is given up`);
    }
    recent.push(began);
    notice('PostgreSQL has ended unexpectedly and is started again; calls are refused meanwhile');
    await current.stop();
    for (let attempt = 1; ; attempt++) {
      try {
        current = await start(current.connection.host);
        break;
      } catch (error) {
        if (stopping) return;
        if (attempt === options.attempts) {
          return giveUp(`PostgreSQL does not start: ${(error as Error).message}`);
        }
        await sleep(options.pauseMs);
      }
    }
    notice(`PostgreSQL is back after ${((performance.now() - began) / 1000).toFixed(1)} s; nothing is lost`);
    restarts++;
    const { resolve } = waiting;
    waiting = next();
    resolve();
    watch();
  };
  const watch = () =>
    void current.exited.then(() => {
      if (!stopping) restarting = restart();
    });
  watch();
  return {
    server: () => current,
    restarts: () => restarts,
    async untilRestarted(before) {
      while (restarts <= before) await waiting.promise;
    },
    gaveUp: gaveUp.promise,
    async stop() {
      stopping = true;
      await restarting;
      await current.stop();
    },
  };
}
