import { isDatabaseDown } from '../db/database.ts';
import type { Logger } from '../log/log.ts';
import { JOB, record } from '../telemetry/spans.ts';
import { isRush } from './rush.ts';

/**
 * Work that is due again and again. Its state lives in the tables it scans, so a job may run in several
 * processes at once and may run twice without harm.
 */
export interface Job {
  name: string;
  /** Milliseconds between two runs that found nothing to do. */
  everyMs: number;
  /** In a rush it pauses for a second after each run, whatever there is to do: nobody waits for what it does. */
  patient?: boolean;
  /** Does what is due; true when there is more to do at once. */
  run(): Promise<boolean>;
  /** Called once when the loop starts, with a function that ends the present pause early. */
  started?(wake: () => void): void;
}

export interface RunningJob {
  /** Runs the job now instead of at its next time, unless it pauses after a failure or in a rush. */
  wake(): void;
  /** Waits for the run in flight and ends the job. */
  stop(): Promise<void>;
}

const LONGEST_BACKOFF_MS = 30_000;
const RUSH_PAUSE_MS = 1_000;
/** Where only the database is away: nothing is wrong with the work, and it is due when the database is back. */
const LONGEST_WAIT_FOR_DATABASE_MS = 2000;

/** Hears of each run: whether it went well, and how many milliseconds it took. */
export type OnRun = (name: string, ok: boolean, ms: number) => void;

/**
 * Starts a job's loop. A run that throws is logged and tried again with doubling pauses, 30 s at the most, or 2 s
 * where the database is away.
 */
export function startJob(job: Job, log: Logger, onRun?: OnRun): RunningJob {
  let stopped = false;
  let woken = false;
  let endPause: (() => void) | undefined;
  /** In a pause that nothing ends early. */
  let backingOff = false;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const loop = async () => {
    let failures = 0;
    let longestBackoff = LONGEST_BACKOFF_MS;
    while (!stopped) {
      woken = false;
      let more = false;
      const began = performance.now();
      try {
        more = await record(job.name, { attributes: { [JOB]: job.name } }, () => job.run());
        failures = 0;
        onRun?.(job.name, true, performance.now() - began);
      } catch (error) {
        failures++;
        longestBackoff = isDatabaseDown(error) ? LONGEST_WAIT_FOR_DATABASE_MS : LONGEST_BACKOFF_MS;
        onRun?.(job.name, false, performance.now() - began);
        log.error({ err: error, job: job.name, failures }, 'job failed');
      }
      const yielding = job.patient === true && isRush();
      if (stopped || (more && failures === 0 && !yielding)) continue;
      const backoff = failures === 0 ? 0 : Math.min(longestBackoff, 250 * 2 ** failures);
      const longest = Math.max(backoff, yielding ? RUSH_PAUSE_MS : 0);
      backingOff = longest > 0;
      if (!woken || backingOff) await pause(Math.max(job.everyMs, longest));
    }
  };

  const wakeUp = () => {
    woken = true;
    if (!backingOff) endPause?.();
  };
  job.started?.(wakeUp);
  const running = loop();
  return {
    wake: wakeUp,
    async stop() {
      stopped = true;
      endPause?.();
      await running;
    },
  };
}
