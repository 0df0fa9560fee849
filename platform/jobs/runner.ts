import type { Logger } from '../log/log.ts';

/**
 * Work that is due again and again. Its state lives in the tables it scans, so a job may run in several
 * processes at once and may run twice without harm.
 */
export interface Job {
  name: string;
  /** Milliseconds between two runs that found nothing to do. */
  everyMs: number;
  /** Does what is due; true when there is more to do at once. */
  run(): Promise<boolean>;
  /** Called once when the loop starts, with a function that ends the present pause early. */
  started?(wake: () => void): void;
}

export interface RunningJob {
  /** Runs the job now instead of at its next time, unless it pauses after a failure. */
  wake(): void;
  /** Waits for the run in flight and ends the job. */
  stop(): Promise<void>;
}

const LONGEST_BACKOFF_MS = 30_000;

/** Hears of each run: whether it went well, and how many milliseconds it took. */
export type OnRun = (name: string, ok: boolean, ms: number) => void;

/** Starts a job's loop. A run that throws is logged and tried again with doubling pauses, 30 s at the most. */
export function startJob(job: Job, log: Logger, onRun?: OnRun): RunningJob {
  let stopped = false;
  let woken = false;
  let endPause: (() => void) | undefined;
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
    while (!stopped) {
      woken = false;
      let more = false;
      const began = performance.now();
      try {
        more = await job.run();
        failures = 0;
        onRun?.(job.name, true, performance.now() - began);
      } catch (error) {
        failures++;
        onRun?.(job.name, false, performance.now() - began);
        log.error({ err: error, job: job.name, failures }, 'job failed');
      }
      if (stopped || (more && failures === 0)) continue;
      const backoff = failures === 0 ? 0 : Math.min(LONGEST_BACKOFF_MS, 250 * 2 ** failures);
      backingOff = backoff > 0;
      if (!woken || backingOff) await pause(Math.max(job.everyMs, backoff));
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
