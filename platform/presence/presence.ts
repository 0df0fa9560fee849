import type { Sql } from '../db/database.ts';

/** Seconds without a word after which a process counts as gone. */
const SILENCE_SECONDS = 30;

/** A job of a process, since its start. */
export interface JobRuns {
  name: string;
  runs: number;
  failures: number;
  /** Its last run failed. */
  failing: boolean;
  /** ISO 8601, by the process's own clock. */
  lastAt: string;
  /** Of the last run. */
  milliseconds: number;
}

/** What a process tells of itself. */
export interface Presence {
  id: string;
  host: string;
  version: string;
  roles: string[];
  /** What it waits for, by name. */
  notReady: string[];
  jobs: JobRuns[];
  startedAt: Date;
  seenAt: Date;
  alive: boolean;
}

/** Every process that told of itself within the last hour and did not take its leave, the oldest first. */
export async function readPresence(sql: Sql): Promise<Presence[]> {
  return await sql<Presence[]>`
    select id, host, version, roles, not_ready as "notReady", jobs, started_at as "startedAt", seen_at as "seenAt",
      seen_at > clock_timestamp() - make_interval(secs => ${SILENCE_SECONDS}) as alive
    from platform.processes where seen_at > clock_timestamp() - interval '1 hour'
    order by started_at, id limit 500`;
}

/** Keeps what a process tells of itself now, and forgets those that have been silent for an hour. */
export async function keepPresence(sql: Sql, presence: Omit<Presence, 'seenAt' | 'alive'>): Promise<void> {
  const { id, host, version, roles, notReady, jobs, startedAt } = presence;
  await sql`
    insert into platform.processes (id, host, version, roles, not_ready, jobs, started_at)
    values (${id}, ${host}, ${version}, ${roles}, ${notReady}, ${JSON.stringify(jobs)}::text::jsonb, ${startedAt})
    on conflict (id) do update set not_ready = excluded.not_ready, jobs = excluded.jobs, seen_at = excluded.seen_at`;
  await sql`delete from platform.processes where seen_at < clock_timestamp() - interval '1 hour'`;
}

/** A process takes its leave. */
export async function removePresence(sql: Sql, id: string): Promise<void> {
  await sql`delete from platform.processes where id = ${id}`;
}
