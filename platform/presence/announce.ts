import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import { newId } from '../ids/index.ts';
import type { Job, OnRun } from '../jobs/runner.ts';
import { type JobRuns, keepPresence, removePresence } from './presence.ts';

const EVERY_MS = 5_000;

export interface AnnounceOptions {
  db: Database;
  roles: string[];
  version: string;
  /** What this process waits for, by name. */
  notReady(): Promise<string[]>;
}

/** How a process tells of itself. */
export interface Announcement {
  /** Tells every few seconds that this process runs, and how its jobs go. */
  job: Job;
  /** Notes a run of a job. */
  ran: OnRun;
  /** Says that this process ends; one that dies is seen by its silence. */
  leave(): Promise<void>;
}

/** Lets operators see this process in `GET /admin/health`. */
export function announce({ db, roles, version, notReady }: AnnounceOptions): Announcement {
  const id = newId();
  const startedAt = new Date();
  const jobs = new Map<string, JobRuns>();
  return {
    job: {
      name: 'presence',
      everyMs: EVERY_MS,
      async run() {
        const waits = await notReady();
        const rows = [...jobs.values()];
        await keepPresence(db, {
          ...{ id, roles, version, startedAt },
          host: hostname(),
          notReady: waits,
          jobs: rows,
        });
        return false;
      },
    },
    ran(name, ok, ms) {
      const known = jobs.get(name);
      jobs.set(name, {
        name,
        runs: (known?.runs ?? 0) + 1,
        failures: (known?.failures ?? 0) + (ok ? 0 : 1),
        failing: !ok,
        lastAt: new Date().toISOString(),
        milliseconds: ms,
      });
    },
    leave: () => removePresence(db, id),
  };
}
