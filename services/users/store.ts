import type { Sql, Tx } from '@ece/platform/db/database';
import type { User } from './api.ts';

export type State = 'pending' | 'active';

/** A row of users.users. */
export interface StoredUser extends User {
  state: State;
}

const columns = (sql: Sql) => sql`id, email, handle, display_name as "displayName", bio, role, state,
  created_at as "createdAt"`;

/** Makes registrations of one e-mail wait for each other until the transaction ends. */
export async function lockEmail(tx: Tx, email: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`users.email:${email}`}, 0))`;
}

/** The row of an e-mail, locked. */
export async function lockByEmail(tx: Tx, email: string): Promise<StoredUser | undefined> {
  const [row] = await tx<StoredUser[]>`
    select ${columns(tx)} from users.users where email = ${email} for update`;
  return row;
}

export async function findById(sql: Sql, id: string): Promise<StoredUser | undefined> {
  const [row] = await sql<StoredUser[]>`select ${columns(sql)} from users.users where id = ${id}`;
  return row;
}

/** Which of these handles are taken. */
export async function takenHandles(sql: Sql, handles: string[]): Promise<Set<string>> {
  const rows = await sql<{ handle: string }[]>`
    select handle from users.users where handle = any(${handles}::text[])`;
  return new Set(rows.map((row) => row.handle));
}

/** Adds a pending person; undefined when the handle is taken. Waits for one who is just taking it. */
export async function insert(tx: Tx, user: Omit<User, 'createdAt'>): Promise<StoredUser | undefined> {
  const [row] = await tx<StoredUser[]>`
    insert into users.users (id, email, handle, display_name, bio, role, state)
    values (${user.id}, ${user.email}, ${user.handle}, ${user.displayName}, ${user.bio}, ${user.role}, 'pending')
    on conflict (handle) do nothing returning ${columns(tx)}`;
  return row;
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx`delete from users.users where id = ${id}`;
}

/** Makes a pending person active; undefined when there is no such pending row. */
export async function activate(tx: Tx, id: string): Promise<User | undefined> {
  const [row] = await tx<StoredUser[]>`
    update users.users set state = 'active' where id = ${id} and state = 'pending' returning ${columns(tx)}`;
  return row;
}

export function activeByIds(sql: Sql, ids: string[]): Promise<User[]> {
  return sql<StoredUser[]>`
    select ${columns(sql)} from users.users where id = any(${ids}::uuid[]) and state = 'active'`;
}

/** Active people in the order of their ids, after an id. */
export function activeAfter(sql: Sql, after: string | undefined, limit: number): Promise<User[]> {
  return sql<StoredUser[]>`
    select ${columns(sql)} from users.users
    where state = 'active' ${after === undefined ? sql`` : sql`and id > ${after}`} order by id limit ${limit}`;
}

export async function activeByEmail(sql: Sql, email: string): Promise<User | undefined> {
  const [row] = await sql<StoredUser[]>`
    select ${columns(sql)} from users.users where email = ${email} and state = 'active'`;
  return row;
}

export async function activeByHandle(sql: Sql, handle: string): Promise<User | undefined> {
  const [row] = await sql<StoredUser[]>`
    select ${columns(sql)} from users.users where handle = ${handle} and state = 'active'`;
  return row;
}

/** Changes what people may change of themselves. The unique constraint of the handle may throw. */
export async function updateProfile(
  sql: Sql,
  id: string,
  profile: Pick<User, 'handle' | 'displayName' | 'bio'>,
): Promise<User | undefined> {
  const [row] = await sql<StoredUser[]>`
    update users.users set handle = ${profile.handle}, display_name = ${profile.displayName}, bio = ${profile.bio}
    where id = ${id} and state = 'active' returning ${columns(sql)}`;
  return row;
}

/** The ids of all active admins, locked in the order of their ids. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select id from users.users where role = 'admin' and state = 'active' order by id for update`;
  return rows.map((row) => row.id);
}

export async function updateRole(tx: Tx, id: string, role: User['role']): Promise<User | undefined> {
  const [row] = await tx<StoredUser[]>`
    update users.users set role = ${role} where id = ${id} and state = 'active' returning ${columns(tx)}`;
  return row;
}

/** Removes registrations that nobody finished. */
export async function removePending(sql: Sql, olderThanSeconds: number): Promise<void> {
  await sql`delete from users.users
    where state = 'pending' and created_at < clock_timestamp() - make_interval(secs => ${olderThanSeconds})`;
}

export interface PeopleFilter {
  q?: string;
  role?: User['role'];
  after?: string;
  limit: number;
}

/** Active people by handle; `q` is the beginning of a handle or a whole e-mail. */
export async function searchActive(sql: Sql, { q, role, after, limit }: PeopleFilter): Promise<User[]> {
  const text = q?.toLowerCase();
  return await sql<StoredUser[]>`
    select ${columns(sql)} from users.users
    where state = 'active'
      ${text === undefined ? sql`` : sql`and (handle ^@ ${text} or email = ${text})`}
      ${role === undefined ? sql`` : sql`and role = ${role}`}
      ${after === undefined ? sql`` : sql`and handle > ${after}`}
    order by handle limit ${limit}`;
}
