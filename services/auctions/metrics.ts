import type { AuctionsContext } from './api.ts';
import { readStops } from './halts.ts';
import { databaseNow, findDue } from './store.ts';

/** Told how late auctions were closed, each in milliseconds after its end. */
export type NoteClosed = (lateMs: number[]) => void;

/** Registers the metrics of closing in time; those of auctions that a halt stops do not count as late. */
export function observeClosing(context: AuctionsContext): NoteClosed {
  const { db, metrics } = context;
  metrics.gauge(
    'ece_auction_overdue_seconds',
    'How long ago the auction ended that has waited longest for its close; 0 where none waits',
    [],
    async (gauge) => {
      const stops = await readStops(context);
      const [oldest] = stops.all ? [] : await findDue(db, stops, 1);
      gauge.set(oldest ? Math.max(0, (await databaseNow(db)) - oldest.ends_at.getTime()) / 1000 : 0);
    },
  );
  const delay = metrics.histogram(
    'ece_auction_close_delay_seconds',
    'Time from the end of an auction to its close',
    [],
    [0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300],
  );
  return (lateMs) => {
    for (const ms of lateMs) delay.observe(ms / 1000);
  };
}
