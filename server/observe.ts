import { consumerLag } from '@ece/platform/outbox/reader';
import type { Resources } from './resources.ts';

/** Registers the metrics of what the process shares: the database and the outbox. */
export function observeProcess({ db, metrics, config }: Resources): void {
  metrics.gauge('ece_database_pool_size', 'Most database connections of this process', [], (gauge) =>
    gauge.set(config.databasePool),
  );
  metrics.gauge(
    'ece_database_connections',
    'Connections to the database by state, all processes',
    ['state'] as const,
    async (gauge) => {
      gauge.reset();
      const rows = await db<{ state: string; n: number }[]>`
        select coalesce(state, 'unknown') as state, count(*)::int as n from pg_stat_activity
        where datname = current_database() and application_name = 'ece' group by 1`;
      for (const { state, n } of rows) gauge.set({ state }, n);
    },
  );
  const seconds = metrics.gauge(
    'ece_outbox_lag_seconds',
    'Age of the oldest event not handled, by consumer',
    ['consumer'] as const,
  );
  metrics.gauge(
    'ece_outbox_lag_events',
    'Events that a consumer has not handled',
    ['consumer'] as const,
    async (gauge) => {
      for (const lag of await consumerLag(db)) {
        gauge.set({ consumer: lag.name }, Number(lag.events));
        seconds.set({ consumer: lag.name }, lag.seconds);
      }
    },
  );
}
