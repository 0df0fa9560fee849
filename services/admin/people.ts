import { decodeCursor, encodeCursor } from '@ece/platform/db/page';
import type { User, UsersApi } from '@ece/users';
import { type Freeze, freezesOf, listFreezes } from '@ece/vault';
import type { AdminContext } from './api.ts';
import { fits } from './domain/people.ts';
import { idOf } from './position.ts';

/** What is asked for in the list of people. */
export interface PeopleQuery {
  q?: string;
  role?: User['role'];
  frozen?: 'true' | 'false';
  cursor?: string;
}

/** Somebody with the freeze that is in force. */
export interface Found {
  user: User;
  freeze: Freeze | undefined;
}

interface Candidate extends Found {
  /** The place behind which the list goes on. */
  position: string;
  shown: boolean;
}

/** People that are looked at in one step, and steps in one call: who seeks few among many pages on. */
const BATCH = 200;
const MOST_BATCHES = 50;

/**
 * Finds people for those who run the exchange: the frozen ones in the order of their freezes, the last first,
 * all others by handle. A page is full as long as there is more, and shorter only after 10,000 people were
 * looked at in vain; its cursor goes on from there.
 */
export async function findPeople(
  { db, users }: Pick<AdminContext, 'db' | 'users'>,
  query: PeopleQuery,
  limit: number,
): Promise<{ items: Found[]; nextCursor: string | null }> {
  const byFreeze = query.frozen === 'true';
  let after = byFreeze ? idOf(query.cursor) : handleOf(query.cursor);
  const found: Candidate[] = [];
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    // Without the filter by freezes every row fits, and one more than the page tells whether there is more.
    const size = query.frozen ? BATCH : limit + 1;
    const read = byFreeze
      ? await frozenPeople(db, users, query, after, size)
      : await namedPeople(db, users, query, after, size);
    found.push(...read.filter((candidate) => candidate.shown));
    if (found.length > limit) return page(found.slice(0, limit), found[limit - 1]!.position);
    if (read.length < size) return page(found, undefined);
    after = read.at(-1)!.position;
  }
  return page(found, after);
}

function page(items: Found[], position: string | undefined) {
  return { items, nextCursor: position === undefined ? null : encodeCursor([position]) };
}

function handleOf(cursor: string | undefined): string | undefined {
  const [handle] = decodeCursor(cursor, 1) ?? [];
  return typeof handle === 'string' ? handle : undefined;
}

async function frozenPeople(
  db: AdminContext['db'],
  users: UsersApi,
  query: PeopleQuery,
  after: string | undefined,
  size: number,
): Promise<Candidate[]> {
  const freezes = await listFreezes(db, after, size);
  const people = await users.byIds(freezes.map((freeze) => freeze.accountId));
  const byId = new Map(people.map((user) => [user.id, user]));
  return freezes.map((freeze) => {
    const user = byId.get(freeze.accountId);
    return { user: user!, freeze, position: freeze.id, shown: user !== undefined && fits(user, query) };
  });
}

async function namedPeople(
  db: AdminContext['db'],
  users: UsersApi,
  { q, role, frozen }: PeopleQuery,
  after: string | undefined,
  size: number,
): Promise<Candidate[]> {
  const people = await users.search({
    ...(q !== undefined && { q }),
    ...(role !== undefined && { role }),
    ...(after !== undefined && { after }),
    limit: size,
  });
  const freezes = await freezesOf(
    db,
    people.map((user) => user.id),
  );
  return people.map((user) => {
    const freeze = freezes.get(user.id);
    return { user, freeze, position: user.handle, shown: frozen === undefined || freeze === undefined };
  });
}
