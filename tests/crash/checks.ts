import { type Database, ping } from '@ece/platform/db/database';
import { type InvariantCheck, snapshotsOf } from '@ece/platform/invariants';
import { isClean, pauseBriefly, runChecks } from '../../server/verify/index.ts';
import { eventually } from '../support/eventually.ts';
import { compare, type Ledger } from './ledger.ts';
import type { Site } from './site.ts';
import type { Watcher } from './watcher.ts';

export interface Witnesses {
  site: Site;
  db: Database;
  checks: InvariantCheck[];
  ledger: Ledger;
  watcher: Watcher;
}

/** For what has to come true; it is no measure of speed. */
const PATIENCE_MS = 300_000;

/** What was found wrong after a round, in words; nobody trades meanwhile. */
export async function findWrong(witnesses: Witnesses): Promise<string[]> {
  const { site, db, ledger, watcher } = witnesses;
  const wrong = [site.exchange, site.relay]
    .filter((server) => !server.running)
    .map((server) => `${server.name} has ended by itself:\n${server.output().slice(-3000)}`);
  if (wrong.length > 0) return wrong;
  await eventually(() => ping(db), PATIENCE_MS);
  wrong.push(...(await effectsOf(db, ledger)), ...(await gapsOf(db)), ...(await behind(db, watcher)));
  const results = await runChecks(witnesses.checks, { snapshot: snapshotsOf(db), pause: pauseBriefly });
  if (!isClean(results)) {
    for (const { check, findings, failure } of results) {
      if (failure) wrong.push(`${check.invariant} could not be checked: ${failure.message}`);
      for (const { subject, problem, detail } of findings)
        wrong.push(`${check.invariant} ${subject} ${problem} ${detail ?? ''}`);
    }
  }
  wrong.push(...ledger.faults.splice(0), ...watcher.faults.splice(0));
  return wrong;
}

/** Answers that have left no effect, and effects that nobody was answered for: one call, one effect. */
async function effectsOf(db: Database, ledger: Ledger): Promise<string[]> {
  const bids = await db<{ id: string }[]>`select id from auctions.bids`;
  const listings = await db<{ id: string }[]>`select id from market.listings`;
  const sold = await db<{ id: string }[]>`select id from market.listings where state = 'sold'`;
  return [
    ...compare('bid', ledger.bids, bids),
    ...compare('listing', ledger.listings, listings),
    ...compare('purchase of listing', ledger.purchases, sold),
  ];
}

async function gapsOf(db: Database): Promise<string[]> {
  const rows = await db<{ topic: string }[]>`
    select topic from platform.topics t
    where sequence <> (select count(*) from platform.events e where e.topic = t.topic)
      or sequence <> (select max(e.sequence) from platform.events e where e.topic = t.topic)`;
  return rows.map(({ topic }) => `the numbers of ${topic} have a gap`);
}

/** Topics that the watcher has not come to the end of, though it had the time. */
async function behind(db: Database, watcher: Watcher): Promise<string[]> {
  const topics = watcher.topics();
  const late = async () => {
    const rows = await db<{ topic: string; sequence: bigint }[]>`
      select topic, sequence from platform.topics where topic = any(${topics})`;
    return rows
      .map(({ topic, sequence }) => ({ topic, sequence: Number(sequence), seen: watcher.seen(topic) }))
      .filter(({ sequence, seen }) => seen.last !== sequence || seen.count !== sequence);
  };
  try {
    await eventually(async () => (await late()).length === 0, PATIENCE_MS);
    return [];
  } catch {
    return (await late()).map(
      ({ topic, sequence, seen }) =>
        `a client saw ${seen.count} events of ${topic}, to ${seen.last}, of ${sequence}`,
    );
  }
}
