import { atomically, type Tx } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import { publish } from '@ece/platform/outbox/publish';
import { countSales, readGate } from '@ece/vault';
import type { AuctionsContext } from './api.ts';
import { endDue, settleDue } from './closing.ts';
import { openedEvent } from './events.ts';
import { fillSets, readStops, type Stops, stopsOf, sweepHalts } from './halts.ts';
import type { NoteClosed } from './metrics.ts';
import { databaseNow, findDue, lockDue, openDue } from './store.ts';

/** Auctions settled in one transaction. */
const BATCH = 100;

/** How often the clock is asked for auctions that begin or end. */
const EVERY_MS = 200;

/** How often auctions of an earlier version are looked for. */
const FILL_EVERY_MS = 60_000;

/** The timers of auctions. They find their work in the table, so nothing is missed while no process ran. */
export function auctionJobs(context: AuctionsContext, noteClosed: NoteClosed): Job[] {
  return [
    { name: 'auctions.close', everyMs: EVERY_MS, run: () => closeDue(context, noteClosed) },
    { name: 'auctions.open', everyMs: EVERY_MS, run: () => openScheduled(context) },
    { name: 'auctions.halts', everyMs: EVERY_MS, run: () => sweepHalts(context) },
    { name: 'auctions.sets', everyMs: FILL_EVERY_MS, run: () => fillSets(context) },
  ];
}

/** Takes the gate and gives the stops, or undefined in a halt of everything. */
async function stopsIn(tx: Tx): Promise<Stops | undefined> {
  const stops = stopsOf(await readGate(tx, []));
  return stops.all ? undefined : stops;
}

async function closeDue(context: AuctionsContext, noteClosed: NoteClosed): Promise<boolean> {
  const { db, users, metrics, hint } = context;
  const found = await readStops(context);
  if (found.all) return false;
  const due = await findDue(db, found, BATCH);
  if (due.length === 0) return false;
  const people = due.flatMap((row) => [row.seller_id, ...(row.leader_id ? [row.leader_id] : [])]);
  const handles = await users.handles([...new Set(people)]);
  const ids = due.map((row) => row.id);
  const lock = async (tx: Tx) => {
    const stops = await stopsIn(tx);
    return stops ? await lockDue(tx, stops, ids) : [];
  };
  const { locked, sales } = await atomically(db, async (tx) => {
    const locked = await lock(tx);
    return { locked, sales: await settleDue(tx, locked, handles) };
  });
  await atomically(db, async (tx) => endDue(tx, await lock(tx)));
  const now = await databaseNow(db);
  noteClosed(locked.map((row) => now - row.ends_at.getTime()));
  countSales(metrics, sales);
  hint();
  return due.length === BATCH;
}

async function openScheduled({ db, hint }: AuctionsContext): Promise<boolean> {
  const opened = await atomically(db, async (tx) => {
    const stops = await stopsIn(tx);
    const rows = stops ? await openDue(tx, stops, BATCH) : [];
    await publish(tx, rows.map(openedEvent));
    return rows.length;
  });
  if (opened > 0) hint();
  return opened === BATCH;
}
