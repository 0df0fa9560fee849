import { EmbeddedPostgresError } from '../embedded/postgres.ts';
import { NoLimits, PortTaken, type Running } from '../run.ts';
import { fail } from './settings.ts';

/** Milliseconds that a stop may take before the process ends anyway. */
const PATIENCE_MS = 30_000;

/**
 * Starts, runs until SIGINT, SIGTERM or the end of an embedded part, then finishes what is in flight and stops
 * everything. A second signal during the start or the stop ends the process at once.
 * @param start stops what it has begun, and throws, when its signal is aborted
 */
export async function untilStopped(
  start: (signal: AbortSignal) => Promise<Running>,
  onStop: () => void = () => {},
): Promise<void> {
  const { promise: asked, resolve: ask } = Promise.withResolvers<string>();
  const starting = new AbortController();
  asked.then(() => starting.abort());
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (++signals > 1) process.exit(130);
      ask(signal);
    });
  }
  // What embeds us tells us this way that it is gone.
  process.once('disconnect', () => ask('disconnect'));
  const running = await start(starting.signal).catch((error: unknown) => {
    if (starting.signal.aborted) process.exit(130);
    return explain(error);
  });
  const lost = await Promise.race([asked.then(() => undefined), running.failed]);
  onStop();
  setTimeout(() => process.exit(1), PATIENCE_MS).unref();
  await running.stop();
  if (lost) fail(`${lost} ended unexpectedly; the exchange has stopped. Start it again: nothing is lost.`);
  process.exit(0);
}

/** Expected failures of a start get words for people; others keep their stack. */
async function explain(error: unknown): Promise<never> {
  // The exchange is a lot of code, which loads while the database starts.
  const { MissingUpstreams } = await import('../exchange.ts');
  const { MigrationChanged } = await import('@ece/platform/db/migrate');
  const expected = [PortTaken, NoLimits, MissingUpstreams, EmbeddedPostgresError, MigrationChanged].some(
    (type) => error instanceof type,
  );
  if (expected) fail(`ECE cannot start: ${(error as Error).message}`);
  throw error;
}
