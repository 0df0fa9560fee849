import { seeded } from '@ece/demo/market/random';
import { readConfig } from '../../server/config.ts';
import { withOperator } from '../../server/operator.ts';
import { invariantChecks } from '../../server/verify/index.ts';
import { findWrong, type Witnesses } from './checks.ts';
import type { Fault } from './faults/fault.ts';
import { Ledger } from './ledger.ts';
import { planOf, type Round } from './plan.ts';
import { openSite, type Site } from './site.ts';
import { type Stage, setStage } from './stage.ts';
import { openWatcher } from './watcher.ts';

export interface RigOptions {
  seed: number;
  rounds: number;
  faults: readonly Fault[];
  /** Hears what a round did and what was found wrong after it. */
  onRound(round: Round, told: RoundStory): void;
  /** Hears why a fault is left out. */
  onSkip(fault: Fault, reason: string): void;
}

export interface RoundStory {
  did: string;
  wrong: string[];
  milliseconds: number;
  /** Calls that were answered in the round, and attempts that were not. */
  answers: number;
  unanswered: number;
  /** Milliseconds from when the fault was over until calls were answered again. */
  backAfterMs: number;
}

/** What came of all rounds. */
export interface RigResult {
  passed: number;
  failed: number;
  bids: number;
  answers: number;
  unanswered: number;
  /** Answers without an effect. */
  lost: number;
  /** Effects without an answer of their own. */
  twice: number;
  /** The longest time that calls took to be answered again. */
  slowestReturnMs: number;
}

const TRADERS = 6;
/** Calls that must be answered after a fault before people rest: the exchange has to be there again. */
const CALLS_AFTERWARDS = 10;
/** A round that takes this long hangs, on however slow a machine. */
const ROUND_PATIENCE_MS = 900_000;

/**
 * Lets people trade on an exchange of real processes, and has something go wrong in each round. After it they
 * come to rest, every call answered, and everything is looked at. A round that finds something ends the run:
 * what comes after it would find the same again.
 */
export async function runRig(options: RigOptions): Promise<RigResult> {
  const site = await openSite(options.seed);
  try {
    const possible = options.faults.filter((fault) => {
      const reason = fault.impossible?.(site);
      if (reason) options.onSkip(fault, reason);
      return !reason;
    });
    const config = readConfig(site.env, site.env.ECE_DATA_DIR!);
    if (!config.ok) throw new Error(config.failures.join('\n'));
    return await withOperator(config.config, async ({ resources, services }) => {
      const { chain } = await resources.chainParts();
      const checks = invariantChecks(services, { shared: true, chain });
      return await runRounds(site, possible, options, { db: resources.db, checks });
    });
  } finally {
    await site.close();
  }
}

async function runRounds(
  site: Site,
  faults: readonly Fault[],
  { seed, rounds, onRound }: RigOptions,
  { db, checks }: Pick<Witnesses, 'db' | 'checks'>,
): Promise<RigResult> {
  const ledger = new Ledger();
  for (const server of [site.exchange, site.relay]) server.onEnd = (error) => ledger.stop(error);
  const watcher = openWatcher(site.url);
  const witnesses = { site, db, checks, ledger, watcher };
  const result = { passed: 0, failed: 0, lost: 0, twice: 0, slowestReturnMs: 0 };
  try {
    const stage = await setStage(site, ledger, { auctions: rounds, traders: TRADERS, seed });
    for (const round of planOf(seed, rounds, faults)) {
      const fault = faults.find(({ name }) => name === round.fault)!;
      const story = await inTime(round, playRound(round, fault, stage, witnesses));
      const { wrong, backAfterMs } = story;
      result.lost += wrong.filter((text) => text.startsWith('lost')).length;
      result.twice += wrong.filter((text) => text.startsWith('twice')).length;
      result.slowestReturnMs = Math.max(result.slowestReturnMs, backAfterMs);
      result[wrong.length === 0 ? 'passed' : 'failed']++;
      onRound(round, story);
      if (wrong.length > 0) break;
    }
  } finally {
    watcher.close();
  }
  const { answers, attempts: unanswered } = ledger;
  return { ...result, bids: ledger.bids.size, answers, unanswered };
}

/** People trade, the fault strikes, they trade on and come to rest, and everything is looked at. */
async function playRound(
  round: Round,
  fault: Fault,
  stage: Stage,
  witnesses: Witnesses,
): Promise<RoundStory> {
  const { site, ledger, watcher } = witnesses;
  const began = performance.now();
  const before = { answers: ledger.answers, attempts: ledger.attempts };
  watcher.follow(`auction:${await stage.openAuction()}`);
  for (const trader of stage.traders) trader.go();
  await ledger.untilAnswered(round.afterCalls);
  const did = await fault.strike({ site, ledger, random: seeded(round.seed) });
  const over = performance.now();
  await ledger.untilAnswered(CALLS_AFTERWARDS);
  const backAfterMs = performance.now() - over;
  site.proxy.disarm();
  await Promise.all(stage.traders.map((trader) => trader.rest()));
  const wrong = await findWrong(witnesses);
  return {
    ...{ did, wrong, backAfterMs, milliseconds: performance.now() - began },
    answers: ledger.answers - before.answers,
    unanswered: ledger.attempts - before.attempts,
  };
}

/** What a round gives; one that hangs is an error. */
async function inTime<T>({ number, fault }: Round, playing: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const minutes = ROUND_PATIENCE_MS / 60_000;
  const timer = setTimeout(
    () => reject(new Error(`round ${number}, ${fault}, has not come to its end in ${minutes} minutes`)),
    ROUND_PATIENCE_MS,
  );
  try {
    return await Promise.race([playing, promise]);
  } finally {
    clearTimeout(timer);
  }
}
