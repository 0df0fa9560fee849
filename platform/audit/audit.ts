import { createHash } from 'node:crypto';
import type { Sql, Tx } from '../db/database.ts';
import { ordered } from '../json/ordered.ts';

/** Who does a privileged act, and from where. */
export interface Origin {
  /**
   * An account's id; `cli` for the operator's command line, `settings` for what a start does because the
   * settings say so, `system` for what the exchange does by itself.
   */
  actor: string;
  address: string | null;
  requestId: string | null;
}

/** The operator at the command line. */
export const CLI: Origin = { actor: 'cli', address: null, requestId: null };

/** A start that does what the settings say: the first admin. */
export const SETTINGS: Origin = { actor: 'settings', address: null, requestId: null };

/** The exchange itself, and its seeds. */
export const SYSTEM: Origin = { actor: 'system', address: null, requestId: null };

/** The origin of a call of the API. */
export function originOf(principal: { accountId: string }, request: { ip: string; id: string }): Origin {
  return { actor: principal.accountId, address: request.ip, requestId: request.id };
}

/** The account that does an act; undefined for the command line, the settings and the exchange itself. */
export function accountIdOf({ actor }: Pick<Origin, 'actor'>): string | undefined {
  return [CLI, SETTINGS, SYSTEM].some((origin) => origin.actor === actor) ? undefined : actor;
}

/** The acts that are kept in the trail. */
export type AuditAction =
  | 'user.create'
  | 'user.role'
  | 'account.freeze'
  | 'account.unfreeze'
  | 'trading.halt'
  | 'trading.resume'
  | 'catalogue.import'
  | 'set.create'
  | 'card.create'
  | 'content.upload'
  | 'copies.mint'
  | (string & {});

/** A privileged act. */
export interface AuditedAct {
  action: AuditAction;
  /** What it was done to: `user <id>`, `set <id>`, `trading`. */
  subject: string;
  /** What else tells the act; never a secret. */
  data?: Record<string, unknown>;
}

/** An entry of the trail. */
export interface AuditEntry {
  number: bigint;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  /** JSON text. */
  data: string;
  address: string | null;
  requestId: string | null;
}

/**
 * The hash of an entry (SHA-256): over the hash before it, then a JSON array of number, time, actor, action,
 * subject, data as text, address and request id.
 */
export function hashOf(previous: Uint8Array, entry: AuditEntry): Buffer {
  const { number, at, actor, action, subject, data, address, requestId } = entry;
  const content = [String(number), at.toISOString(), actor, action, subject, data, address, requestId];
  return createHash('sha256').update(previous).update(JSON.stringify(content)).digest();
}

/**
 * Appends an act to the trail, in the act's transaction. Appending locks the end of the trail until the commit,
 * which puts all privileged acts in one order: call it after every other row is locked and before `publish`.
 */
export async function audit(tx: Tx, by: Origin, act: AuditedAct): Promise<void> {
  const [head] = await tx<{ number: bigint; hash: Buffer; at: Date }[]>`
    select number, hash, date_trunc('milliseconds', clock_timestamp()) as at from platform.audit_head for update`;
  const entry: AuditEntry = {
    number: head!.number + 1n,
    at: head!.at,
    actor: by.actor,
    action: act.action,
    subject: act.subject,
    data: JSON.stringify(ordered(act.data ?? {})),
    address: by.address,
    requestId: by.requestId,
  };
  const hash = hashOf(head!.hash, entry);
  await Promise.all([
    tx`insert into platform.audit (number, at, actor, action, subject, data, address, request_id, previous, hash)
      values (${entry.number}, ${entry.at}, ${entry.actor}, ${entry.action}, ${entry.subject}, ${entry.data},
        ${entry.address}, ${entry.requestId}, ${head!.hash}, ${hash})`,
    tx`update platform.audit_head set number = ${entry.number}, hash = ${hash}`,
  ]);
}

export interface AuditFilter {
  actor?: string;
  action?: string;
  subject?: string;
  /** Only entries before this number. */
  before?: bigint;
}

/** Entries of the trail, newest first. */
export async function readAudit(sql: Sql, filter: AuditFilter, limit: number): Promise<AuditEntry[]> {
  const { actor, action, subject, before } = filter;
  return await sql<AuditEntry[]>`
    select number, at, actor, action, subject, data, address, request_id as "requestId" from platform.audit
    where true
      ${actor === undefined ? sql`` : sql`and actor = ${actor}`}
      ${action === undefined ? sql`` : sql`and action = ${action}`}
      ${subject === undefined ? sql`` : sql`and subject = ${subject}`}
      ${before === undefined ? sql`` : sql`and number < ${before}`}
    order by number desc limit ${limit}`;
}
