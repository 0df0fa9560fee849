import { atomically, type Tx } from '@ece/platform/db/database';
import { type NewEvent, publish } from '@ece/platform/outbox/publish';
import { currentHalts, type Gate, type Halt, haltsSince, lastResumed, readGate } from '@ece/vault';
import type { AuctionsContext } from './api.ts';
import { giveBack, joinHalts } from './domain/halts.ts';
import {
  type AuctionRow,
  databaseNow,
  lockAuctions,
  lockUncounted,
  saveSchedules,
  withoutSets,
  writeSets,
} from './store.ts';

/** Auctions whose times are moved in one transaction. */
const BATCH = 200;

/** The halts that stop an auction, as times of the rules. */
export function haltsOf(auction: Pick<AuctionRow, 'set_ids'>, halts: readonly Halt[]) {
  return halts
    .filter(({ setId }) => setId === null || auction.set_ids?.includes(setId))
    .map(({ at, until }) => ({ at: at.getTime(), until: until?.getTime() ?? null }));
}

/** An auction with the halts that are over counted into its start and end. */
interface Counted {
  auction: AuctionRow;
  /** Since when its trading has been halted, Unix milliseconds; null while it goes on. */
  haltedSince: number | null;
}

function count(auction: AuctionRow, halts: readonly Halt[], now: number): Counted {
  const { over, since } = joinHalts(haltsOf(auction, halts), auction.halts_counted_to.getTime());
  const { startsAt, endsAt } = giveBack(
    { startsAt: auction.starts_at.getTime(), endsAt: auction.ends_at.getTime() },
    over,
  );
  return {
    auction: {
      ...auction,
      starts_at: new Date(startsAt),
      ends_at: new Date(endsAt),
      halts_counted_to: new Date(since ?? now),
    },
    haltedSince: since,
  };
}

/** An auction as a transaction has locked it. */
export interface Locked extends Counted {
  gate: Gate;
  /** Unix milliseconds of the database's clock, read under the lock. */
  now: number;
  /** The auction as it is stored. */
  stored: AuctionRow;
}

/** The auctions that a transaction has locked, behind the gate. */
export interface LockedAuctions {
  gate: Gate;
  /** Unix milliseconds of the database's clock, read under the locks. */
  now: number;
  /** By id; those that do not exist are left out. */
  locked: Map<string, Locked>;
}

/**
 * Takes the gate, then locks auctions, and gives them with the time back that halts took. What has changed by
 * that is stored by `keepSchedule`.
 * @param accountIds who is asked about at the gate
 */
export async function lockAllCounted(
  tx: Tx,
  ids: readonly string[],
  accountIds: string[],
): Promise<LockedAuctions> {
  const [gate, rows, now] = await Promise.all([
    readGate(tx, accountIds),
    lockAuctions(tx, ids),
    databaseNow(tx),
  ]);
  const isSettled = (row: AuctionRow) => gate.halts.length === 0 && isCounted(row, gate.lastResumed);
  const oldest = Math.min(
    ...rows.filter((row) => !isSettled(row)).map((row) => row.halts_counted_to.getTime()),
  );
  const halts = Number.isFinite(oldest) ? await haltsSince(tx, new Date(oldest)) : [];
  const locked = rows.map((stored): [string, Locked] => {
    const counted = isSettled(stored) ? { auction: stored, haltedSince: null } : count(stored, halts, now);
    return [stored.id, { ...counted, gate, now, stored }];
  });
  return { gate, now, locked: new Map(locked) };
}

/** Takes the gate and locks one auction, as `lockAllCounted`. */
export async function lockCounted(
  tx: Tx,
  id: string,
  accountIds: string[],
): Promise<{ gate: Gate; now: number; locked: Locked | undefined }> {
  const { gate, now, locked } = await lockAllCounted(tx, [id], accountIds);
  return { gate, now, locked: locked.get(id) };
}

function isCounted(auction: AuctionRow, resumed: Date | null): boolean {
  return resumed === null || resumed <= auction.halts_counted_to;
}

/** Stores an auction's moved times, if there are any, and gives the event that tells of them. */
export async function keepSchedule(tx: Tx, { auction, stored }: Locked): Promise<NewEvent[]> {
  if (auction.halts_counted_to.getTime() === stored.halts_counted_to.getTime()) return [];
  await saveSchedules(tx, [auction]);
  return movedEvents([stored], [auction]);
}

function movedEvents(before: AuctionRow[], after: AuctionRow[]): NewEvent[] {
  return after.flatMap((auction, index) => {
    if (auction.ends_at.getTime() === before[index]!.ends_at.getTime()) return [];
    const data = {
      auctionId: auction.id,
      startsAt: auction.starts_at.toISOString(),
      endsAt: auction.ends_at.toISOString(),
    };
    return [{ topic: `auction:${auction.id}`, type: 'auction.extended', data }];
  });
}

/** What keeps live auctions from opening and closing for the time being. */
export interface Stops {
  all: boolean;
  setIds: string[];
  /** Auctions that have not counted the halts up to here wait until they have. */
  resumed: Date | null;
}

/** The stops that a gate shows. */
export function stopsOf({ halts, lastResumed }: Pick<Gate, 'halts' | 'lastResumed'>): Stops {
  return {
    all: halts.some(({ setId }) => setId === null),
    setIds: halts.flatMap(({ setId }) => setId ?? []),
    resumed: lastResumed,
  };
}

/** The stops as they are now, without the gate: enough to look for work. */
export async function readStops({ db }: AuctionsContext): Promise<Stops> {
  const [halts, resumed] = await Promise.all([currentHalts(db), lastResumed(db)]);
  return stopsOf({ halts, lastResumed: resumed });
}

/**
 * Gives the time that halts took back to live auctions that nobody has touched since trading was resumed, a
 * batch of them.
 * @returns true when there may be more
 */
export async function sweepHalts(context: AuctionsContext): Promise<boolean> {
  const { db, hint } = context;
  if ((await lastResumed(db)) === null) return false;
  const swept = await atomically(db, async (tx) => {
    const gate = await readGate(tx, []);
    const stops = stopsOf(gate);
    if (stops.all || stops.resumed === null) return 0;
    const stored = await lockUncounted(tx, stops, BATCH);
    if (stored.length === 0) return 0;
    const now = await databaseNow(tx);
    const oldest = Math.min(...stored.map((row) => row.halts_counted_to.getTime()));
    const halts = await haltsSince(tx, new Date(oldest));
    const moved = stored.map((row) => count(row, halts, now).auction);
    await saveSchedules(tx, moved);
    await publish(tx, movedEvents(stored, moved));
    return stored.length;
  });
  if (swept > 0) hint();
  return swept === BATCH;
}

/** Fills in the sets of auctions that are older than their column. */
export async function fillSets({ db, nfts }: AuctionsContext): Promise<boolean> {
  const lots = await withoutSets(db, BATCH);
  for (const { id, copyIds } of lots) await writeSets(db, id, await nfts.setsOfCopies(copyIds));
  return lots.length === BATCH;
}
