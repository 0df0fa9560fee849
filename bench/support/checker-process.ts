import type { Sql } from '@ece/platform/db/database';
import { startJob } from '@ece/platform/jobs/runner';
import { createLogger } from '@ece/platform/log/log';
import { cpuSeconds } from '@ece/platform/telemetry/process-cpu';
import { settings } from '../../server/commands/settings.ts';
import { withOperator } from '../../server/operator.ts';
import { invariantChecks, verifyJob } from '../../server/verify/index.ts';

/*
 * The job that checks the invariants, as every exchange runs it, beside an exchange and in a process of its own, so
 * that what it costs can be told apart: this process, and the sessions of the database that work for it. Tells its
 * parent when it begins, and the CPU seconds until now whenever it is asked.
 */
const { promise: over, resolve: end } = Promise.withResolvers<void>();
process.once('disconnect', end);

await withOperator(settings({}), async ({ resources, services }) => {
  const { db, metrics } = resources;
  const { chain } = await resources.chainParts();
  const checks = invariantChecks(services, { shared: true, chain });
  // Its failures are seen; findings would be a fault of the exchange that the bench has to show.
  const log = createLogger({ level: 'warn', format: 'pretty' });
  const sessions = await sessionsOf(db);
  const job = startJob(verifyJob({ db, checks, log, metrics, firstAfterMs: 0 }), log);
  process.on('message', () => process.send!({ cpu: cpuSeconds([process.pid, ...sessions]) }));
  process.send!({ checks: checks.length });
  await over;
  await job.stop();
});

/** Opens every connection of the pool, and gives the processes of the server behind them. */
async function sessionsOf(db: Sql & { options: { max: number } }): Promise<number[]> {
  const rows = await Promise.all(
    Array.from(
      { length: db.options.max },
      () => db<{ pid: number }[]>`select pg_backend_pid() as pid from pg_sleep(0.2)`,
    ),
  );
  return [...new Set(rows.map(([row]) => row!.pid))];
}
