import { atomically } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import { publish } from '@ece/platform/outbox/publish';
import { countSales } from '@ece/vault';
import type { AuctionsContext } from './api.ts';
import { endDue, settleDue } from './closing.ts';
import { openedEvent } from './events.ts';
import { findDue, lockDue, openDue } from './store.ts';

/** Auctions settled in one transaction. */
const BATCH = 100;

/** How often the clock is asked for auctions that begin or end. */
const EVERY_MS = 200;

/** The timers of auctions. They find their work in the table, so nothing is missed while no process ran. */
export function auctionJobs(context: AuctionsContext): Job[] {
  return [
    { name: 'auctions.close', everyMs: EVERY_MS, run: () => closeDue(context) },
    { name: 'auctions.open', everyMs: EVERY_MS, run: () => openScheduled(context) },
  ];
}

async function closeDue({ db, users, metrics, hint }: AuctionsContext): Promise<boolean> {
  const due = await findDue(db, BATCH);
  if (due.length === 0) return false;
  const people = due.flatMap((row) => [row.seller_id, ...(row.leader_id ? [row.leader_id] : [])]);
  const handles = await users.handles([...new Set(people)]);
  const ids = due.map((row) => row.id);
  const sales = await atomically(db, async (tx) => settleDue(tx, await lockDue(tx, ids), handles));
  await atomically(db, async (tx) => endDue(tx, await lockDue(tx, ids)));
  countSales(metrics, sales);
  hint();
  return due.length === BATCH;
}

async function openScheduled({ db, hint }: AuctionsContext): Promise<boolean> {
  const opened = await atomically(db, async (tx) => {
    const rows = await openDue(tx, BATCH);
    await publish(tx, rows.map(openedEvent));
    return rows.length;
  });
  if (opened > 0) hint();
  return opened === BATCH;
}
