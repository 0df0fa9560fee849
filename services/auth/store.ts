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
  session: {
    id: string;
    userId: string;
    tokenHash: Buffer;
    expiresAt: Date;
    userAgent: string;
    address: string;
  },
): Promise<void> {
  await sql`insert into auth.sessions (id, user_id, token_hash, expires_at, user_agent, address)
    values (${session.id}, ${session.userId}, ${session.tokenHash}, ${session.expiresAt}, ${session.userAgent},
      ${session.address})`;
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

/** A session as its owner sees it. */
export interface ListedSession {
  id: string;
  userAgent: string;
  address: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** The live sessions of a person before an id (exclusive), the last one first. */
export async function liveSessionsOf(
  sql: Sql,
  userId: string,
  before: string | undefined,
  limit: number,
): Promise<ListedSession[]> {
  return await sql<ListedSession[]>`
    select id, user_agent as "userAgent", address, created_at as "createdAt", last_seen_at as "lastSeenAt",
      expires_at as "expiresAt"
    from auth.sessions
    where user_id = ${userId} and ended_at is null and expires_at > clock_timestamp()
      ${before === undefined ? sql`` : sql`and id < ${before}`}
    order by id desc limit ${limit}`;
}

/** Whose session this is. */
export async function ownerOfSession(sql: Sql, id: string): Promise<string | undefined> {
  const [row] = await sql<
    { userId: string }[]
  >`select user_id as "userId" from auth.sessions where id = ${id}`;
  return row?.userId;
}

/** Ends one session of a person; gives its id where it had not ended before. */
export async function endSession(tx: Tx, userId: string, id: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    update auth.sessions set ended_at = clock_timestamp()
    where id = ${id} and user_id = ${userId} and ended_at is null returning id`;
  return rows.map((row) => row.id);
}

/** Ends the sessions of a person, all or all but one; gives the ids of those that had not ended before. */
export async function endSessionsOf(tx: Tx, userId: string, except?: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    with live as (
      select id from auth.sessions where user_id = ${userId} and ended_at is null
        ${except === undefined ? tx`` : tx`and id <> ${except}`} order by id for update
    )
    update auth.sessions s set ended_at = clock_timestamp() from live where s.id = live.id returning s.id`;
  return rows.map((row) => row.id);
}

/**
 * Removes up to `limit` sessions that expired more than `graceDays` ago.
 * @returns how many
 */
export async function removeExpired(sql: Sql, graceDays: number, limit: number): Promise<number> {
  const rows = await sql`
    delete from auth.sessions where id in (
      select id from auth.sessions where expires_at < (select clock_timestamp()) - make_interval(days => ${graceDays})
      order by expires_at limit ${limit} for update skip locked)
    returning 1`;
  return rows.length;
}
