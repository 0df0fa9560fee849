import type { Sql, Tx } from '../db/database.ts';
import { traceToKeep } from '../telemetry/spans.ts';
import type { SentTransaction } from './sender.ts';
import type { SignedTransaction } from './sign.ts';

/** A request that is claimed for signing. */
export interface Requested {
  id: bigint;
  reference: string;
  attempts: number;
  postponed: number;
  trace: string | null;
}

/** A signed transaction that is due to be broadcast, or to be broadcast again. */
export interface Due {
  id: bigint;
  state: 'signed' | 'sent';
  signature: string;
  wire: string;
  trace: string | null;
}

/** A transaction whose end is not known yet. */
export interface Live {
  id: bigint;
  purpose: string;
  reference: string;
  signature: string;
  lastValidBlockHeight: bigint;
  attempts: number;
  requestedAt: Date;
  trace: string | null;
}

/** Writes requests that are not there yet. */
export async function insertRequests(tx: Tx, purpose: string, references: string[]): Promise<void> {
  await tx`insert into platform.chain_transactions (purpose, reference, trace)
    select ${purpose}, reference, ${traceToKeep()}::text from unnest(${references}::text[]) with ordinality as r(reference, ordinal)
    order by ordinal on conflict (purpose, reference) do nothing`;
}

/** What became of requests of a purpose. */
export async function findRequests(
  sql: Sql,
  purpose: string,
  references: string[],
): Promise<SentTransaction[]> {
  return await sql<SentTransaction[]>`
    select purpose, reference, state, signature from platform.chain_transactions
    where purpose = ${purpose} and reference = any(${references}::text[])`;
}

/** Those of some purposes that have a request to be signed. */
export async function purposesWaiting(sql: Sql, purposes: string[]): Promise<string[]> {
  const rows = await sql<{ purpose: string }[]>`
    select p.purpose from unnest(${purposes}::text[]) with ordinality as p(purpose, ordinal)
    where exists (
      select 1 from platform.chain_transactions t
      where t.purpose = p.purpose and t.state = 'requested' and t.due_at <= (select clock_timestamp()))
    order by p.ordinal`;
  return rows.map(({ purpose }) => purpose);
}

/**
 * Claims requests of a purpose for signing, oldest first, and keeps other processes off them for `leaseMs`.
 * At most `queue` may be signed and not yet broadcast, and at most `flight` on their way altogether.
 */
export async function claimRequested(
  sql: Sql,
  purpose: string,
  limits: { batch: number; queue: number; flight: number; leaseMs: number },
): Promise<Requested[]> {
  return await sql<Requested[]>`
    with room as (
      select greatest(0, least(${limits.batch}::bigint,
        ${limits.queue} - count(*) filter (where state = 'signed'), ${limits.flight} - count(*))) as size
      from platform.chain_transactions where purpose = ${purpose} and state in ('signed', 'sent')
    ), picked as (
      select id from platform.chain_transactions
      where purpose = ${purpose} and state = 'requested' and due_at <= (select clock_timestamp())
      order by id limit (select size from room) for update skip locked
    )
    update platform.chain_transactions t set due_at = clock_timestamp() + ${limits.leaseMs} * interval '1 ms'
    from picked where t.id = picked.id
    returning t.id, t.reference, t.attempts, t.postponed, t.trace`;
}

/**
 * Stores signatures with their bytes. One for a request that was signed meanwhile (its lease had run out)
 * is dropped: it was never broadcast.
 */
export async function storeSigned(
  sql: Sql,
  signed: { request: Requested; transaction: SignedTransaction }[],
): Promise<void> {
  if (signed.length === 0) return;
  await sql`
    update platform.chain_transactions t
    set state = 'signed', signature = s.signature, wire = s.wire, last_valid_block_height = s.height,
      attempts = t.attempts + 1, postponed = 0, error = null, signed_at = clock_timestamp(),
      due_at = clock_timestamp()
    from unnest(${signed.map((s) => s.request.id.toString())}::bigint[],
      ${signed.map((s) => s.request.attempts)}::integer[],
      ${signed.map((s) => s.transaction.signature)}::text[], ${signed.map((s) => s.transaction.wire)}::text[],
      ${signed.map((s) => s.transaction.lastValidBlockHeight.toString())}::bigint[])
      as s(id, attempts, signature, wire, height)
    where t.id = s.id and t.attempts = s.attempts and t.state = 'requested'`;
}

/** Puts a request off: its next signing is due in `pauseMs`. */
export async function postpone(sql: Sql, request: Requested, pauseMs: number, detail: string): Promise<void> {
  await sql`
    update platform.chain_transactions
    set postponed = postponed + 1, error = ${detail}, due_at = clock_timestamp() + ${pauseMs} * interval '1 ms'
    where id = ${request.id} and attempts = ${request.attempts} and state = 'requested'`;
}

/** Claims what is due to be broadcast, the longest due first; it is due again in `againMs`. */
export async function claimDue(
  sql: Sql,
  purposes: string[],
  limits: { batch: number; againMs: number },
): Promise<Due[]> {
  return await sql<Due[]>`
    with picked as (
      select id from platform.chain_transactions
      where purpose = any(${purposes}::text[]) and state in ('signed', 'sent') and due_at <= (select clock_timestamp())
      order by due_at, id limit ${limits.batch} for update skip locked
    )
    update platform.chain_transactions t set due_at = clock_timestamp() + ${limits.againMs} * interval '1 ms'
    from picked where t.id = picked.id
    returning t.id, t.state, t.signature, t.wire, t.trace`;
}

/** Notes that a node was given these; `error` is what it said where it did not take one. */
export async function markSent(sql: Sql, sent: { due: Due; error: string | null }[]): Promise<void> {
  if (sent.length === 0) return;
  await sql`
    update platform.chain_transactions t
    set state = 'sent', sent_at = coalesce(t.sent_at, clock_timestamp()), error = s.error
    from unnest(${sent.map((s) => s.due.id.toString())}::bigint[], ${sent.map((s) => s.due.signature)}::text[],
      ${sent.map((s) => s.error)}::text[]) as s(id, signature, error)
    where t.id = s.id and t.signature = s.signature and t.state in ('signed', 'sent')`;
}

/** Transactions whose end is not known, by id, after one. */
export async function readLive(sql: Sql, purposes: string[], after: bigint, limit: number): Promise<Live[]> {
  return await sql<Live[]>`
    select id, purpose, reference, signature, last_valid_block_height as "lastValidBlockHeight", attempts,
      requested_at as "requestedAt", trace
    from platform.chain_transactions
    where purpose = any(${purposes}::text[]) and state in ('signed', 'sent') and id > ${after}
    order by id limit ${limit}`;
}

/** Ends a transaction that is on its way; false where another process has done so. */
export async function end(
  tx: Tx,
  live: Live,
  outcome: { state: 'final' | 'failed'; feeLamports: bigint | null; error: string | null },
): Promise<boolean> {
  const rows = await tx`
    update platform.chain_transactions
    set state = ${outcome.state}, fee_lamports = ${outcome.feeLamports}, error = ${outcome.error},
      wire = null, ended_at = clock_timestamp()
    where id = ${live.id} and signature = ${live.signature} and state in ('signed', 'sent') returning 1`;
  return rows.length === 1;
}

/**
 * Ends transactions that are on their way as final, locked in the order of their ids.
 * @returns the ids of those that no other process has ended
 */
export async function endFinal(tx: Tx, ended: { live: Live; feeLamports: bigint }[]): Promise<Set<bigint>> {
  const rows = await tx<{ id: bigint }[]>`
    with ended as (
      select t.id, e.fee
      from unnest(${ended.map(({ live }) => live.id.toString())}::bigint[],
        ${ended.map(({ live }) => live.signature)}::text[],
        ${ended.map((each) => each.feeLamports.toString())}::bigint[]) as e(id, signature, fee)
      join platform.chain_transactions t on t.id = e.id and t.signature = e.signature
      where t.state in ('signed', 'sent') order by t.id for update of t
    )
    update platform.chain_transactions t
    set state = 'final', fee_lamports = e.fee, error = null, wire = null, ended_at = clock_timestamp()
    from ended e where t.id = e.id returning t.id`;
  return new Set(rows.map((row) => row.id));
}

/** Ends a request that has no live signature as failed; false where it has one now or has ended. */
export async function endRequest(tx: Tx, request: Requested, error: string): Promise<boolean> {
  const rows = await tx`
    update platform.chain_transactions
    set state = 'failed', error = ${error}, ended_at = clock_timestamp()
    where id = ${request.id} and attempts = ${request.attempts} and state = 'requested' returning 1`;
  return rows.length === 1;
}

/** Takes an expired signature off, so that the transaction is signed anew; false where that is done. */
export async function replaceExpired(sql: Sql, live: Live): Promise<boolean> {
  const rows = await sql`
    update platform.chain_transactions
    set state = 'requested', replaced_signatures = replaced_signatures || signature, signature = null,
      wire = null, last_valid_block_height = null, due_at = clock_timestamp()
    where id = ${live.id} and signature = ${live.signature} and state in ('signed', 'sent') returning 1`;
  return rows.length === 1;
}

/** Transactions that have not ended, by purpose. */
export async function countPending(sql: Sql): Promise<{ purpose: string; pending: bigint }[]> {
  return await sql<{ purpose: string; pending: bigint }[]>`
    select purpose, count(*) as pending from platform.chain_transactions
    where state in ('requested', 'signed', 'sent') group by purpose`;
}

/** Signatures that were replaced, oldest request first: none of them may ever be found on chain. */
export async function readReplacedSignatures(sql: Sql, after: bigint, limit: number) {
  return await sql<{ id: bigint; purpose: string; reference: string; signatures: string[] }[]>`
    select id, purpose, reference, replaced_signatures as signatures from platform.chain_transactions
    where replaced_signatures <> '{}' and id > ${after} order by id limit ${limit}`;
}
