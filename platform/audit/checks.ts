import type { Sql } from '../db/database.ts';
import {
  type CheckReport,
  type Finding,
  type InvariantCheck,
  MOST_FINDINGS,
  reportOf,
} from '../invariants.ts';
import { type AuditEntry, hashOf } from './audit.ts';

/** Entries that are in memory at once. */
const BATCH = 2000;

interface Kept extends AuditEntry {
  previous: Buffer;
  hash: Buffer;
}

/** A1: the audit trail is whole. */
export function auditChecks(): InvariantCheck[] {
  return [
    {
      invariant: 'A1',
      title: 'each entry of the audit trail follows the one before it, up to the last',
      run: (snapshot) => snapshot(followTrail),
    },
  ];
}

async function followTrail(sql: Sql): Promise<CheckReport> {
  const findings: Finding[] = [];
  let last: Pick<Kept, 'number' | 'hash'> = { number: 0n, hash: Buffer.alloc(0) };
  for (;;) {
    const entries = await sql<Kept[]>`
      select number, at, actor, action, subject, data, address, request_id as "requestId", previous, hash
      from platform.audit where number > ${last.number} order by number limit ${BATCH}`;
    for (const entry of entries) {
      findings.push(...problemsOf(entry, last));
      last = entry;
    }
    if (entries.length < BATCH) break;
  }
  const [head] = await sql<{ number: bigint; hash: Buffer }[]>`select number, hash from platform.audit_head`;
  if (!head || head.number !== last.number || !head.hash.equals(last.hash)) {
    findings.push({
      subject: 'audit trail',
      problem: 'does not end where its head says',
      detail: `head ${head ? `${head.number} ${short(head.hash)}` : 'missing'}, last entry ${last.number} ${short(last.hash)}`,
    });
  }
  return reportOf(last.number, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}

function problemsOf(entry: Kept, last: { number: bigint; hash: Buffer }): Finding[] {
  const subject = `audit entry ${entry.number}`;
  const found = (problem: string, detail: string) => ({ subject, problem, detail });
  const findings: Finding[] = [];
  if (entry.number !== last.number + 1n) {
    findings.push(found('comes after a gap', `the one before it is ${last.number}`));
  }
  if (!entry.previous.equals(last.hash)) {
    findings.push(
      found('does not follow the one before it', `expects ${short(entry.previous)}, has ${short(last.hash)}`),
    );
  }
  const hash = hashOf(entry.previous, entry);
  if (!hash.equals(entry.hash)) {
    findings.push(
      found(
        'was changed',
        `${entry.action} of ${entry.subject}, hash ${short(entry.hash)}, content ${short(hash)}`,
      ),
    );
  }
  return findings;
}

const short = (hash: Buffer) => hash.toString('hex').slice(0, 16) || 'none';
