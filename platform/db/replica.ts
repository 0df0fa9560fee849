import type { Job } from '../jobs/runner.ts';
import type { Logger } from '../log/log.ts';
import { mayLag, seeTruth } from '../telemetry/call-context.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Database, isDatabaseDown } from './database.ts';

export interface ReplicaOptions {
  primary: Database;
  replica: Database;
  /** Milliseconds by which the replica may be behind; beyond, and while it is down, the primary answers. */
  mostLagMs: number;
  log: Logger;
  metrics: Metrics;
}

/** A pool of the primary whose lagging reads a replica answers. */
export interface Replicated {
  db: Database;
  /** Whether the replica answers now. */
  usable(): boolean;
  /** Looks how far behind it is. A job calls it. */
  look(): Promise<void>;
}

const FROM = 'ece_replica_reads_total';
/** Whole statements, those of them that may only read, and what makes them do more. */
const STATEMENT = /^\s*(?:select|with|insert|update|delete|merge)\b/i;
const READS = /^\s*(?:select|with)\b/i;
const CHANGES = /\b(?:insert|update|delete|merge|nextval|setval|set_config|pg_advisory\w*)\b/i;
/** SQLSTATEs of a replica that cannot do what the primary can: conflicts with recovery, writes. */
const NOT_HERE = /^(?:40001|40P01|25006|57014|0A000)$/;
/** Looks at the primary's end that are kept. */
const MOST_SAMPLES = 1_000;

/** What the driver's queries are made of, as far as it concerns us. */
interface Query {
  strings?: TemplateStringsArray;
  options?: unknown;
  isRaw?: unknown;
  /** Sends it, when somebody waits for it. */
  handle(): unknown;
  resolve(rows: unknown): void;
  reject(error: unknown): void;
}
type Make = (...args: unknown[]) => Query & PromiseLike<unknown>;

/**
 * Lets a replica answer single reads of calls that may see what was true a moment ago (`allowLag`); everything else,
 * and every transaction, goes to the primary. While the replica is down or too far behind, the primary answers these,
 * too, and a read that fails at the replica is made there. Once a call has seen the primary it stays with it: what it
 * has found there, the replica may not know yet.
 */
export function replicated(options: ReplicaOptions): Replicated {
  const { primary, replica, mostLagMs, log, metrics } = options;
  const reads = metrics.counter(FROM, 'Reads that may lag, by who answered', ['by'] as const);
  const lag = metrics.gauge(
    'ece_replica_lag_seconds',
    'How far the read replica is behind, as this process sees it',
  );
  const used = metrics.gauge('ece_replica_used', '1 while the read replica answers reads of this process');
  let isUsable = false;
  /** Ends of the primary's log, with the times at which it was there. */
  let samples: { at: number; end: bigint }[] = [];

  /** What to do for reads that are at the replica when it goes away: the driver lets them wait for its return. */
  const underWay = new Set<() => void>();

  const set = (usable: boolean, why: object) => {
    if (usable === isUsable) return;
    isUsable = usable;
    used.set(usable ? 1 : 0);
    if (!usable) for (const askPrimary of underWay) askPrimary();
    if (usable) log.info(why, 'replica: answers reads');
    else log.warn(why, 'replica: down or too far behind; the primary answers');
  };

  const db = new Proxy(primary, {
    apply(target, self, args: unknown[]) {
      const kind = mayLag() ? kindOf(args[0]) : 'part';
      if (kind !== 'read' || !isUsable) {
        if (kind !== 'part') seeTruth();
        if (kind === 'read') reads.inc({ by: 'primary' });
        return Reflect.apply(target as never, self, args);
      }
      reads.inc({ by: 'replica' });
      return askReplica(args);
    },
  });

  /** Asks the replica, and the primary where it cannot answer. A read may be made twice; the first answer counts. */
  function askReplica(args: unknown[]): Query {
    const query = (replica as unknown as Make)(...args);
    const { resolve, reject, handle } = query;
    let begun = false;
    let asked = false;
    const askPrimary = () => {
      underWay.delete(askPrimary);
      if (asked) return;
      asked = true;
      reads.inc({ by: 'primary' });
      seeTruth();
      const again = (primary as unknown as Make)(...args);
      Object.assign(again, {
        options: query.options,
        ...(query.isRaw !== undefined && { isRaw: query.isRaw }),
      });
      again.then(resolve, reject);
    };
    query.handle = () => {
      // Each `then` of the query calls this.
      if (!begun) underWay.add(askPrimary);
      begun = true;
      return handle.call(query);
    };
    query.resolve = (rows: unknown) => {
      underWay.delete(askPrimary);
      resolve(rows);
    };
    query.reject = (error: unknown) => {
      underWay.delete(askPrimary);
      if (asked) return;
      const { code } = error as { code?: string };
      const isDown = isDatabaseDown(error);
      if (!isDown && !NOT_HERE.test(code ?? '')) {
        reject(error);
        return;
      }
      askPrimary();
      if (isDown) set(false, { err: error });
    };
    return query;
  }

  return {
    db,
    usable: () => isUsable,
    async look() {
      try {
        const at = performance.now();
        const [[there], [here]] = await inTime(
          Promise.all([
            primary<{ end: bigint }[]>`select (pg_current_wal_lsn() - '0/0')::bigint as end`,
            replica<{ end: bigint | null }[]>`
            select (pg_last_wal_replay_lsn() - '0/0')::bigint as end where pg_is_in_recovery()`,
          ]),
        );
        if (typeof here?.end !== 'bigint') return set(false, { reason: 'it is no replica' });
        samples.push({ at, end: there!.end });
        // What it has replayed was the primary's end at the last of these times, or after it.
        const caughtUp = samples.findLastIndex(({ end }) => end <= here.end!);
        const behindMs =
          caughtUp === samples.length - 1 ? 0 : at - (samples[Math.max(0, caughtUp)]?.at ?? at);
        samples = samples.slice(Math.max(0, caughtUp, samples.length - MOST_SAMPLES));
        lag.set(behindMs / 1000);
        set(caughtUp >= 0 && behindMs <= mostLagMs, { behindMs: Math.round(behindMs) });
      } catch (error) {
        set(false, { err: error });
      }
    },
  };
}

/** Milliseconds between two looks, and for one. */
const LOOK_MS = 250;
const PATIENCE_MS = 2_000;

/** A job that looks how far a replica is behind. */
export function lookJob(replica: Replicated): Job {
  return {
    name: 'database.replica',
    everyMs: LOOK_MS,
    async run() {
      await replica.look();
      return false;
    },
  };
}

/** What does not answer in time counts as down. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('there is no answer')), PATIENCE_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

type Kind = 'read' | 'change' | 'part';
const kinds = new WeakMap<object, Kind>();

/** What a statement does; a part of one does nothing by itself. The texts are the code's own, so there are few. */
function kindOf(strings: unknown): Kind {
  if (!Array.isArray(strings) || !('raw' in strings)) return 'part';
  let kind = kinds.get(strings);
  if (kind === undefined) {
    const text = strings.join('?');
    const locks = /\bfor\s+(?:no\s+key\s+)?(?:update|share|key)/i.test(text);
    if (!STATEMENT.test(text)) kind = 'part';
    else kind = READS.test(text) && !locks && !CHANGES.test(text) ? 'read' : 'change';
    kinds.set(strings, kind);
  }
  return kind;
}
