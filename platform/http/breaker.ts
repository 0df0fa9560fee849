import type { Logger } from '../log/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Failures in a row that open a circuit. */
const IN_A_ROW = 5;
/** Share of the calls of a window whose failure opens it, and the calls from which on a share counts. */
const RATIO = 0.5;
const LEAST_CALLS = 20;
const WINDOW_MS = 10_000;
/** How long it stays open the first time; twice as long each time that the probe fails, up to the last. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 8_000;
/** A probe whose outcome nobody tells is forgotten. */
const PROBE_MS = 60_000;

/** A call that may be made; one of these is called when it is over. */
export interface Attempt {
  /** An answer began, whatever it says. */
  answered(): void;
  /** There was none: no connection, a lost one, or too long a silence. */
  failed(): void;
  /** The caller went away before either. */
  abandoned(): void;
}

/**
 * Spares a process that does not answer, and those who would wait for it (circuit breaker): after five failures in
 * a row, or when half of twenty calls or more within ten seconds have failed, calls are refused at once for a
 * while. Then one is let through to see, and its outcome decides for all.
 */
export class Breaker {
  readonly #now: () => number;
  readonly #onChange: (open: boolean) => void;
  #inARow = 0;
  #calls = 0;
  #failures = 0;
  #windowEnds = 0;
  #openUntil: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #probeSince: number | undefined;
  /** Outcomes of calls that began before the circuit last changed say nothing about now. */
  #era = 0;

  /**
   * @param onChange hears when it opens and when it closes
   * @param now milliseconds of a clock that never goes back
   */
  constructor(onChange: (open: boolean) => void = () => {}, now: () => number = () => performance.now()) {
    this.#onChange = onChange;
    this.#now = now;
  }

  get open(): boolean {
    return this.#openUntil !== undefined;
  }

  /** Seconds, 1 or more, after which a call that is refused now may be let through. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil(((this.#openUntil ?? 0) - this.#now()) / 1000));
  }

  /** Asks for a call; undefined where it is refused. */
  begin(): Attempt | undefined {
    const now = this.#now();
    if (this.#openUntil !== undefined) {
      const probing = this.#probeSince !== undefined && now - this.#probeSince < PROBE_MS;
      if (now < this.#openUntil || probing) return undefined;
      this.#probeSince = now;
      this.#era++;
    }
    const era = this.#era;
    let over = false;
    const once = (act: () => void) => () => {
      if (over) return;
      over = true;
      if (era === this.#era) act();
    };
    return {
      answered: once(() => this.#answered()),
      failed: once(() => this.#failed()),
      abandoned: once(() => {
        this.#probeSince = undefined;
      }),
    };
  }

  #answered(): void {
    if (this.open) {
      this.#close();
      return;
    }
    this.#count();
    this.#inARow = 0;
  }

  #failed(): void {
    if (this.open) {
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
      this.#openFor(this.#pauseMs);
      return;
    }
    this.#count();
    this.#failures++;
    this.#inARow++;
    const share = this.#calls >= LEAST_CALLS && this.#failures >= RATIO * this.#calls;
    if (this.#inARow < IN_A_ROW && !share) return;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#openFor(this.#pauseMs);
    this.#onChange(true);
  }

  #openFor(ms: number): void {
    this.#openUntil = this.#now() + ms;
    this.#probeSince = undefined;
    this.#era++;
  }

  #close(): void {
    this.#openUntil = undefined;
    this.#probeSince = undefined;
    this.#era++;
    this.#inARow = 0;
    this.#windowEnds = 0;
    this.#onChange(false);
  }

  #count(): void {
    const now = this.#now();
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + WINDOW_MS;
      this.#calls = 0;
      this.#failures = 0;
    }
    this.#calls++;
  }
}

/** The circuits of a process: one for each address, whoever calls it. */
export interface Breakers {
  of(url: string): Breaker;
}

/** Makes a process's circuits, with their metrics. */
export function createBreakers({ log, metrics }: { log: Logger; metrics: Metrics }): Breakers {
  const gauge = metrics.gauge(
    'ece_upstream_open',
    'Whether calls of an address are refused because it did not answer (1) or not (0)',
    ['upstream'] as const,
  );
  const breakers = new Map<string, Breaker>();
  return {
    of(url) {
      const upstream = new URL(url).host;
      const known = breakers.get(upstream);
      if (known) return known;
      const breaker = new Breaker((open) => {
        gauge.set({ upstream }, Number(open));
        if (open) log.warn({ upstream }, 'circuit opened: it does not answer');
        else log.info({ upstream }, 'circuit closed: it answers again');
      });
      gauge.set({ upstream }, 0);
      breakers.set(upstream, breaker);
      return breaker;
    },
  };
}
