import type { Sql, Tx } from '@ece/platform/db/database';
import type { SessionTimes } from './domain/session.ts';

/** A session with the database's time, which is the one that decides. */
export interface StoredSession extends SessionTimes {
  id: string;
  userId: string;
  now: Date;
}

const columns = (sql: Sql) => sql`id, user_id as "userId", last_seen_at as "lastSeenAt",
  expires_at as "expiresAt", ended_at as "endedAt", clock_timestamp() as now`;

export async function addCredential(sql: Sql, userId: string, passwordHash: string): Promise<void> {
  await sql`insert into auth.credentials (user_id, password_hash) values (${userId}, ${passwordHash})`;
}

/** Gives many people one password. */
export async function addCredentials(tx: Tx, userIds: string[], passwordHash: string): Promise<void> {
  await tx`insert into auth.credentials (user_id, password_hash)
    select id, ${passwordHash} from unnest(${userIds}::uuid[]) id`;
}

export async function removeCredential(sql: Sql, userId: string): Promise<void> {
  await sql`delete from auth.credentials where user_id = ${userId}`;
}

export async function passwordHashOf(sql: Sql, userId: string): Promise<string | undefined> {
  const [row] = await sql<{ hash: string }[]>`
    select password_hash as hash from auth.credentials where user_id = ${userId}`;
  return row?.hash;
}

export async function addSession(
  sql: Sql,
  session: { id: string; userId: string; tokenHash: Buffer; expiresAt: Date },
): Promise<void> {
  await sql`insert into auth.sessions (id, user_id, token_hash, expires_at)
    values (${session.id}, ${session.userId}, ${session.tokenHash}, ${session.expiresAt})`;
}

export async function sessionByToken(sql: Sql, tokenHash: Buffer): Promise<StoredSession | undefined> {
  const [row] = await sql<StoredSession[]>`
    select ${columns(sql)} from auth.sessions where token_hash = ${tokenHash}`;
  return row;
}

export async function sessionById(sql: Sql, id: string): Promise<StoredSession | undefined> {
  const [row] = await sql<StoredSession[]>`select ${columns(sql)} from auth.sessions where id = ${id}`;
  return row;
}

export async function touchSession(sql: Sql, id: string): Promise<void> {
  await sql`update auth.sessions set last_seen_at = clock_timestamp() where id = ${id}`;
}

/** Ends a session; one that has ended stays as it is. */
export async function endSession(sql: Sql, id: string): Promise<void> {
  await sql`update auth.sessions set ended_at = clock_timestamp() where id = ${id} and ended_at is null`;
}

/** Ends all sessions of a person. */
export async function endSessionsOf(sql: Sql, userId: string): Promise<void> {
  await sql`update auth.sessions set ended_at = clock_timestamp() where user_id = ${userId} and ended_at is null`;
}

/**
 * Removes up to `limit` sessions that expired more than `graceDays` ago.
 * @returns how many
 */
export async function removeExpired(sql: Sql, graceDays: number, limit: number): Promise<number> {
  const rows = await sql`
    delete from auth.sessions where id in (
      select id from auth.sessions where expires_at < clock_timestamp() - make_interval(days => ${graceDays})
      order by expires_at limit ${limit} for update skip locked)
    returning 1`;
  return rows.length;
}
