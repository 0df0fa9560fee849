import { atomically, type Database } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import type { Logger } from '../log/log.ts';

const ENTRIES = 500;
const EVERY_MS = 1000;

/**
 * Writes each entry of the audit trail to the log once it is committed, in order, whatever the log's level: so the trail
 * is also where the database's administrators cannot change it. A line has the entry's hash, which covers everything
 * before it, and not its data and address. Killed before its commit, it writes some entries again.
 */
export function tellAuditJob({ db, log }: { db: Database; log: Logger }): Job {
  const lines = log.child({ kind: 'audit' }, { level: 'info' });
  return {
    name: 'audit.tell',
    everyMs: EVERY_MS,
    patient: true,
    run: () =>
      atomically(db, async (tx) => {
        const [told] = await tx<{ number: bigint }[]>`
          select number from platform.audit_told for update skip locked`;
        if (!told) return false;
        const entries = await tx<Told[]>`
          select number, at, actor, action, subject, request_id as "requestId", hash from platform.audit
          where number > ${told.number} order by number limit ${ENTRIES}`;
        for (const { number, at, requestId, hash, ...act } of entries) {
          const entry = { number: Number(number), at: at.toISOString(), hash: hash.toString('hex') };
          lines.info({ ...entry, ...act, ...(requestId && { reqId: requestId }) }, 'audit');
        }
        const last = entries.at(-1);
        if (last) await tx`update platform.audit_told set number = ${last.number}`;
        return entries.length === ENTRIES;
      }),
  };
}

interface Told {
  number: bigint;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  requestId: string | null;
  hash: Buffer;
}
