import { ok, type Result, refuse } from '@ece/contract';
import { copyRows } from '@ece/platform/db/copy';
import { type Database, isUniqueViolation, transaction } from '@ece/platform/db/database';
import { openAccounts } from '@ece/vault';
import type { PastPerson } from './api.ts';
import { normaliseEmail } from './domain/email.ts';
import { isReserved } from './domain/handle.ts';

/** Brings in people who joined before; see `UsersApi.importPeople`. */
export async function importPeople(db: Database, people: PastPerson[]): Promise<Result<void>> {
  if (people.some((person) => isReserved(person.handle))) return refuse('handle_reserved');
  try {
    return await transaction(db, async (tx) => {
      await openAccounts(
        tx,
        people.map((person) => person.id),
      );
      await copyRows(
        tx,
        'users.users',
        ['id', 'email', 'handle', 'display_name', 'bio', 'role', 'state', 'created_at'],
        people.map(({ id, email, handle, displayName, bio, joinedAt }) => [
          ...[id, normaliseEmail(email), handle, displayName, bio],
          ...['collector', 'active', joinedAt],
        ]),
      );
      return ok(undefined);
    });
  } catch (error) {
    if (isUniqueViolation(error, 'users_email_key')) return refuse('email_taken');
    if (isUniqueViolation(error, 'users_handle_key')) return refuse('handle_taken');
    throw error;
  }
}
