import { createHash } from 'node:crypto';
import type { Result } from '@ece/contract';
import { seeded } from '@ece/demo/market/random';
import type { Action } from './actions.ts';
import { SimExchange } from './exchange.ts';
import { Disagreement, Oracle } from './oracle.ts';
import { CREATOR, dealtCopies, decide, PEOPLE, PURSE, repeated } from './people.ts';
import { type Rules, realRules } from './rules.ts';
import { chance, Scheduler } from './scheduler.ts';
import { OUTSIDE, SimVault } from './vault.ts';

/** The exchange's parts, some of them perhaps with a bug. */
export interface Parts {
  rules?: Partial<Rules>;
  vault?: () => SimVault;
  exchange?: (rules: Rules, vault: SimVault) => SimExchange;
}

export interface SimulationOptions {
  seed: number;
  /** How long people act, in virtual milliseconds; or what they do, in a run that repeats another one. */
  life: { lasts: number } | { actions: readonly Action[] };
  parts?: Parts;
}

/** What a run came to. */
export interface Run {
  /** Of every commit and its answer, in order: the same for the same seed. */
  hash: string;
  actions: Action[];
  commits: number;
  /** Calls that were carried out, and refusals by code. */
  answers: Map<string, number>;
  virtualMs: number;
  /** Where the exchange left the rules. */
  failure: string | undefined;
}

/** When every run begins. */
export const START = Date.UTC(2030, 0, 1);

/** Mean pause of one person. */
const PAUSE_MS = 7_000;
const HURRY_MS = 250;
/** Processes that gather bids, each with its own queues. */
const PROCESSES = 2;
const CLOSE_EVERY_MS = 200;
const SWEEP_EVERY_MS = 6_000;

/**
 * Runs the exchange's rules in virtual time: people send calls, the network delays and doubles them, processes
 * gather bids while their last batch commits, jobs come when they come. After every commit the oracle compares.
 */
export function simulate({ seed, life, parts = {} }: SimulationOptions): Run {
  const rules = { ...realRules, ...parts.rules };
  const vault = parts.vault?.() ?? new SimVault();
  for (const copy of dealtCopies()) vault.copies.set(copy.id, copy);
  for (const who of PEOPLE)
    vault.transfer([
      [OUTSIDE, -PURSE],
      [who, PURSE],
    ]);
  const exchange = parts.exchange?.(rules, vault) ?? new SimExchange(rules, vault, CREATOR);
  const world = new World(seed, exchange);
  if ('actions' in life) for (const action of life.actions) world.plan(action);
  else world.populate(life.lasts);
  const lastAt =
    'actions' in life ? Math.max(START, ...life.actions.map(({ at }) => at)) : START + life.lasts;
  // Long enough for everything to end.
  return world.run(lastAt + 180_000);
}

interface Batches {
  waiting: Action[];
  running: boolean;
}

class World {
  readonly #seed: number;
  readonly #exchange: SimExchange;
  readonly #oracle: Oracle;
  readonly #clock = new Scheduler(START);
  readonly #hash = createHash('sha256');
  readonly #actions: Action[] = [];
  readonly #answers = new Map<string, number>();
  /** Bids by process and auction. */
  readonly #queues = new Map<string, Batches>();
  /** When an auction's row lock is free again. */
  readonly #locked = new Map<string, number>();
  readonly #open = new Set<string>();
  #commits = 0;

  constructor(seed: number, exchange: SimExchange) {
    this.#seed = seed;
    this.#exchange = exchange;
    this.#oracle = new Oracle(exchange, CREATOR);
  }

  /** Lets people act until a time, each by their own chance. */
  populate(lasts: number): void {
    const random = seeded(this.#seed);
    const wake = (who: string) => {
      const { now } = this.#clock;
      if (now > START + lasts) return;
      const n = this.#actions.length;
      const again = random() < 0.05 ? this.#actions.filter((action) => action.who === who).at(-1) : undefined;
      const action: Action = again
        ? repeated(random, again, n, now)
        : { n, at: now, who, key: `key ${n}`, deed: decide(random, this.#exchange, who, now) };
      this.plan(action);
      // In a bidding war nobody waits.
      const hurry = action.deed.kind === 'bid' && random() < 0.55;
      const pause = hurry ? HURRY_MS : PAUSE_MS;
      this.#clock.plan(now - Math.floor(Math.log(1 - random()) * pause), () => wake(who));
    };
    for (const who of PEOPLE) {
      this.#clock.plan(START + Math.floor(random() * PAUSE_MS), () => wake(who));
    }
  }

  /** Sends a call: it arrives after a while, and now and then twice. */
  plan(action: Action): void {
    this.#actions.push(action);
    const by = (salt: number) => chance(this.#seed, action.n, salt);
    const arrival = action.at + Math.floor(by(1) * 300);
    this.#clock.plan(arrival, () => this.#arrive(action));
    if (by(2) < 0.06) {
      this.#clock.plan(arrival + Math.floor(by(3) * 2_500), () => this.#arrive(action));
    }
  }

  run(end: number): Run {
    this.#repeatJob(1, CLOSE_EVERY_MS, () => this.#closeDue());
    this.#repeatJob(2, SWEEP_EVERY_MS, () => this.#sweep());
    let failure: string | undefined;
    try {
      while (this.#clock.step(end));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure = error instanceof Disagreement ? error.message : `the exchange failed: ${error.message}`;
    }
    return {
      hash: this.#hash.digest('hex'),
      actions: this.#actions,
      commits: this.#commits,
      answers: this.#answers,
      virtualMs: this.#clock.now - START,
      failure,
    };
  }

  #repeatJob(salt: number, everyMs: number, run: () => void): void {
    for (let process = 0; process < PROCESSES; process++) {
      let turn = 0;
      const next = () => {
        run();
        const jitter = chance(this.#seed, turn++, 10 * salt + process);
        this.#clock.plan(this.#clock.now + Math.floor(everyMs * (0.75 + jitter / 2)), next);
      };
      this.#clock.plan(START + Math.floor(chance(this.#seed, process, salt) * everyMs), next);
    }
  }

  #arrive(action: Action): void {
    if (action.deed.kind === 'bid') {
      this.#queue(action, action.deed.id);
      return;
    }
    const { now } = this.#clock;
    const result = this.#exchange.act(action, now);
    this.#agree(action, result, this.#oracle.act(action, now));
    if (result.ok && action.deed.kind === 'auction') this.#open.add(result.value);
    // The refusal of a stale offer ends it, in a transaction of its own.
    if (!result.ok && result.error.code === 'copy_stale') this.#sweep();
    this.#committed();
  }

  #queue(action: Action, auctionId: string): void {
    const process = Math.floor(chance(this.#seed, action.n, 4) * PROCESSES);
    const name = `${process} ${auctionId}`;
    const queue = this.#queues.get(name) ?? { waiting: [], running: false };
    this.#queues.set(name, queue);
    queue.waiting.push(action);
    if (!queue.running) this.#drain(name, queue, auctionId);
  }

  /** Takes what waits, gets the row lock in its turn, applies the batch, and goes on after the commit. */
  #drain(name: string, queue: Batches, auctionId: string): void {
    const batch = queue.waiting.splice(0);
    queue.running = batch.length > 0;
    if (!queue.running) {
      this.#queues.delete(name);
      return;
    }
    const takes = 5 + Math.floor(chance(this.#seed, batch[0]!.n, 5) * 1_200);
    const lockAt = Math.max(this.#clock.now, this.#locked.get(auctionId) ?? 0);
    this.#locked.set(auctionId, lockAt + takes);
    this.#clock.plan(lockAt, () => {
      const { now } = this.#clock;
      const results = this.#exchange.bid(auctionId, batch, now);
      const expected = this.#oracle.bid(batch, now);
      for (const [index, action] of batch.entries()) this.#agree(action, results[index]!, expected[index]!);
      this.#committed();
      this.#clock.plan(lockAt + takes, () => this.#drain(name, queue, auctionId));
    });
  }

  #closeDue(): void {
    const { now } = this.#clock;
    for (const id of this.#open) {
      const closed = this.#exchange.close(id, now);
      if (closed !== this.#oracle.close(id, now)) {
        throw new Disagreement(
          `auction ${id} is ${closed ? 'closed before its end' : 'not closed at its end'}`,
        );
      }
      if (this.#exchange.auctions.get(id)!.state !== 'open') this.#open.delete(id);
      if (closed) this.#committed();
    }
  }

  #sweep(): void {
    this.#exchange.sweep(this.#clock.now);
    this.#oracle.sweep(this.#clock.now);
    this.#oracle.compare(this.#exchange);
  }

  #agree(action: Action, result: Result<string>, expected: string): void {
    const answer = result.ok ? result.value : `!${result.error.code}`;
    this.#hash.update(`${this.#clock.now} ${action.n} ${answer}\n`);
    const word = result.ok ? action.deed.kind : answer;
    this.#answers.set(word, (this.#answers.get(word) ?? 0) + 1);
    if (answer !== expected) {
      throw new Disagreement(
        `${action.who}'s ${action.deed.kind} #${action.n} is answered ${answer}, and should be ${expected}`,
      );
    }
  }

  #committed(): void {
    this.#commits++;
    this.#oracle.compare(this.#exchange);
  }
}
