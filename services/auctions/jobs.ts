import { atomically, type Tx } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import { noteRush } from '@ece/platform/jobs/rush';
import { publish } from '@ece/platform/outbox/publish';
import { countSales, readGate, type SaleRow } from '@ece/vault';
import type { AuctionsContext } from './api.ts';
import { endDue, settleDue } from './closing.ts';
import { resultAtClose } from './domain/bidding.ts';
import { openedEvent } from './events.ts';
import { fillSets, readStops, type Stops, stopsOf, sweepHalts } from './halts.ts';
import type { NoteClosed } from './metrics.ts';
import type { OutbidTeller } from './outbid.ts';
import { type AuctionRow, databaseNow, findDue, isOpeningDue, lockDue, openDue, toState } from './store.ts';

/** Auctions opened or closed in one transaction: each one costs less the more share its round trips and its commit. */
const BATCH = 500;
/** Auctions that are looked at together: several batches, so that several processes find different ones to close. */
const FOUND = 4_000;
/** Batches under way at once: while one is written, the next one is found, locked and judged. */
const LANES = 2;
/** Auctions that end together from which on this is a rush. */
const RUSH = 250;

/** How often the clock is asked for auctions that begin or end. */
const EVERY_MS = 200;

/** How often auctions of an earlier version are looked for. */
const FILL_EVERY_MS = 60_000;

/** The timers of auctions. They find their work in the table, so nothing is missed while no process ran. */
export function auctionJobs(context: AuctionsContext, noteClosed: NoteClosed, outbid: OutbidTeller): Job[] {
  return [
    { name: 'auctions.close', everyMs: EVERY_MS, run: () => closeDue(context, noteClosed) },
    { name: 'auctions.open', everyMs: EVERY_MS, run: () => openScheduled(context) },
    { name: 'auctions.halts', everyMs: EVERY_MS, run: () => sweepHalts(context) },
    outbid.job,
    { name: 'auctions.sets', everyMs: FILL_EVERY_MS, run: () => fillSets(context) },
  ];
}

/** Takes the gate and gives the stops, or undefined in a halt of everything. */
async function stopsIn(tx: Tx): Promise<Stops | undefined> {
  const stops = stopsOf(await readGate(tx, []));
  return stops.all ? undefined : stops;
}

async function closeDue(context: AuctionsContext, noteClosed: NoteClosed): Promise<boolean> {
  const { db, users } = context;
  const stops = await readStops(context);
  if (stops.all) return false;
  const due = await findDue(db, stops, FOUND);
  if (due.length === 0) return false;
  if (due.length >= RUSH) noteRush();
  const people = due.flatMap((row) => [row.seller_id, ...(row.leader_id ? [row.leader_id] : [])]);
  const handles = await users.handles([...new Set(people)]);
  const sold = await closeInBatches(context, due.filter(isSold), noteClosed, (tx, locked) =>
    settleDue(tx, locked, handles),
  );
  const unsold = await closeInBatches(
    context,
    due.filter((row) => !isSold(row)),
    noteClosed,
    async (tx, locked) => {
      await endDue(tx, locked);
      return [];
    },
  );
  // Where others close all of them, there is no need to ask again at once.
  return due.length === FOUND && sold + unsold > 0;
}

const isSold = (row: AuctionRow) => resultAtClose(toState(row)).sold;

/**
 * Closes auctions, a batch in each transaction, in the order of their ends. What another process works on is left
 * to it.
 * @returns how many were closed
 */
async function closeInBatches(
  { db, metrics, hint }: AuctionsContext,
  found: AuctionRow[],
  noteClosed: NoteClosed,
  close: (tx: Tx, locked: AuctionRow[]) => Promise<SaleRow[]>,
): Promise<number> {
  const left = new Set(found.map((row) => row.id));
  const lane = async () => {
    while (left.size > 0) {
      const { locked, sales } = await atomically(db, async (tx) => {
        const stops = await stopsIn(tx);
        const locked = stops ? await lockDue(tx, stops, [...left], BATCH) : [];
        return { locked, sales: await close(tx, locked) };
      });
      if (locked.length === 0) break;
      hint();
      if (left.size >= RUSH) noteRush();
      for (const row of locked) left.delete(row.id);
      const now = await databaseNow(db);
      noteClosed(locked.map((row) => now - row.ends_at.getTime()));
      countSales(metrics, sales);
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(LANES, Math.ceil(left.size / BATCH)) }, lane),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return found.length - left.size;
}

async function openScheduled({ db, hint }: AuctionsContext): Promise<boolean> {
  if (!(await isOpeningDue(db))) return false;
  const opened = await atomically(db, async (tx) => {
    const stops = await stopsIn(tx);
    const rows = stops ? await openDue(tx, stops, BATCH) : [];
    await publish(tx, rows.map(openedEvent));
    return rows.length;
  });
  if (opened > 0) hint();
  return opened === BATCH;
}
