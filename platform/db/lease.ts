import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';

const SECONDS = 30;
const RENEW_MS = 10_000;

/**
 * Does `work` unless another process is at work of that name; then gives undefined. Who holds it says so again
 * and again: when a process dies in the middle, another may begin half a minute later. Unlike a lock of a
 * session it works through a pooler, and no transaction stays open. Work that must never happen twice needs
 * more than this: a process that stood still may wake up and go on.
 * @param name the same in all processes
 */
export async function withLease<T>(
  db: Database,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const holder = randomUUID();
  const take = () => db`
    insert into platform.leases as l (name, holder, until)
    values (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${SECONDS}))
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where l.holder = excluded.holder or l.until < clock_timestamp()
    returning 1`;
  if ((await take()).length === 0) return undefined;
  const renewing = setInterval(() => void take().catch(() => {}), RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await db`delete from platform.leases where name = ${name} and holder = ${holder}`;
  }
}
