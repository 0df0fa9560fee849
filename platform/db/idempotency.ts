import { ok, type Result, refuse } from '@ece/contract';
import { type Database, type Sql, type Tx, transaction } from './database.ts';

/** A caller's key for one call, with the hash of what was asked. */
export interface CallKey {
  accountId: string;
  key: string;
  operation: string;
  /** Of what was asked: SHA-256, as hexadecimal digits. */
  hash: string;
}

interface Stored {
  request_hash: string;
  effect: unknown;
  answer: unknown;
}

/**
 * Runs a call once for its key. The effect and the key are written in one transaction; a repeated call gets
 * the first answer, and a key that comes back with another request is refused. Refused calls leave no key.
 * @param work has the effect and gives a small JSON value that names it (ids)
 * @param present turns that value into the answer, after the commit
 */
export async function once<E, A>(
  db: Database,
  call: CallKey,
  work: (tx: Tx) => Promise<Result<E>>,
  present: (effect: E) => Promise<A>,
): Promise<Result<A>> {
  let repeated: Stored | undefined;
  const result = await transaction<E>(db, async (tx) => {
    repeated = undefined;
    if (!(await claim(tx, call))) {
      const stored = await find(tx, call);
      if (stored?.request_hash !== call.hash) return refuse('idempotency_key_reused');
      repeated = stored;
      return ok(stored.effect as E);
    }
    const done = await work(tx);
    if (done.ok) {
      await tx`update platform.idempotency_keys set effect = ${tx.json(done.value as never)}
        where account_id = ${call.accountId} and key = ${call.key}`;
    }
    return done;
  });
  if (!result.ok) return result;
  if (repeated && repeated.answer !== null) return ok(repeated.answer as A);
  const answer = await present(result.value);
  // Of calls that come together, each gets the answer that was stored first.
  const [stored] = await db<{ answer: A }[]>`
    update platform.idempotency_keys set answer = coalesce(answer, ${db.json(answer as never)})
    where account_id = ${call.accountId} and key = ${call.key} returning answer`;
  return ok(stored ? stored.answer : answer);
}

/** Takes the key for this transaction; false when an earlier call has it. Waits for one that is under way. */
async function claim(tx: Tx, call: CallKey): Promise<boolean> {
  const rows = await tx`
    insert into platform.idempotency_keys (account_id, key, operation, request_hash)
    values (${call.accountId}, ${call.key}, ${call.operation}, decode(${call.hash}, 'hex'))
    on conflict do nothing returning 1`;
  return rows.length === 1;
}

async function find(sql: Sql, call: CallKey): Promise<Stored | undefined> {
  const [row] = await sql<Stored[]>`
    select encode(request_hash, 'hex') as request_hash, effect, answer from platform.idempotency_keys
    where account_id = ${call.accountId} and key = ${call.key}`;
  return row;
}

/** A call's earlier effect, for callers that handle many calls in one transaction. */
export interface Earlier {
  sameRequest: boolean;
  answer: unknown;
}

/** The earlier effects of some calls, by `callName`. Lock what orders the calls first. */
export async function findEarlier(tx: Tx, calls: CallKey[]): Promise<Map<string, Earlier>> {
  const rows = await tx<{ account_id: string; key: string; request_hash: string; answer: unknown }[]>`
    select account_id, key, encode(request_hash, 'hex') as request_hash, answer from platform.idempotency_keys
    where (account_id, key) in (
      select * from unnest(${calls.map((c) => c.accountId)}::uuid[], ${calls.map((c) => c.key)}::text[]))`;
  const hashes = new Map(calls.map((call) => [callName(call), call.hash]));
  return new Map(
    rows.map((row) => {
      const name = callName({ accountId: row.account_id, key: row.key });
      return [name, { sameRequest: row.request_hash === hashes.get(name), answer: row.answer }];
    }),
  );
}

/** Names a call by its account and key. */
export function callName(call: Pick<CallKey, 'accountId' | 'key'>): string {
  return `${call.accountId} ${call.key}`;
}

/**
 * Writes the keys of calls together with their answers, in the transaction of their effects, in the order of
 * the keys: of transactions that have some in common none waits for another in a circle.
 * @throws a unique violation when a key was used for another call meanwhile
 */
export async function storeAnswers(tx: Tx, calls: { call: CallKey; answer: unknown }[]): Promise<void> {
  if (calls.length === 0) return;
  await tx`
    insert into platform.idempotency_keys (account_id, key, operation, request_hash, answer)
    select account_id, key, operation, decode(hash, 'hex'), answer::jsonb
    from unnest(${calls.map((c) => c.call.accountId)}::uuid[], ${calls.map((c) => c.call.key)}::text[],
      ${calls.map((c) => c.call.operation)}::text[], ${calls.map((c) => c.call.hash)}::text[],
      ${calls.map((c) => JSON.stringify(c.answer))}::text[]) as k(account_id, key, operation, hash, answer)
    order by account_id, key`;
}
