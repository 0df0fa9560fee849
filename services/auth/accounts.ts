import { ok, type Result, refuse } from '@ece/contract';
import type { Origin } from '@ece/platform/audit/audit';
import { atomically } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { type NewUser, normaliseEmail, type User } from '@ece/users';
import type { AuthApi, AuthContext } from './api.ts';
import { normalisePassword, passwordIssue } from './domain/password.ts';
import type { Passwords } from './passwords.ts';
import * as store from './store.ts';

export type NewAccount = Omit<NewUser, 'id'> & { password: string };

/** Never an account's id: the credentials of nobody are looked for under it. */
const NOBODY = '00000000-0000-7000-8000-000000000000';

const ENSURE_ATTEMPTS = 5;
const ENSURE_PAUSE_MS = 200;

/** Accounts and their passwords. */
export interface Accounts {
  /** Refusals: `validation_failed` for a weak password, `email_taken`, `handle_taken`, `handle_reserved`, `overloaded`. */
  register(account: NewAccount): Promise<Result<User>>;
  /** Whose e-mail and password these are. Refusals: `invalid_credentials`, `overloaded`. */
  authenticate(email: string, password: string): Promise<Result<User>>;
  ensure: AuthApi['ensureAccount'];
  importAll: AuthApi['importAccounts'];
}

/** Makes the accounts of the service. */
export function createAccounts({ db, users }: AuthContext, passwords: Passwords): Accounts {
  /**
   * The steps may stop anywhere. Before the activation the account does not exist for anybody and a new
   * registration replaces it; after it the password is there. The id is this call's own, so of two
   * registrations of one e-mail only the one that is activated has its password under the account.
   */
  async function register(account: NewAccount, by?: Origin): Promise<Result<User>> {
    const { password, ...person } = account;
    const issue = passwordIssue(normalisePassword(password), person);
    if (issue) return refuse('validation_failed', issue);
    const hashed = await passwords.hash(password);
    if (!hashed.ok) return hashed;
    const id = newId();
    const created = await users.create({ ...person, id });
    if (!created.ok) return created;
    await store.addCredential(db, id, hashed.value);
    const activated = await users.activate(id, by);
    if (!activated.ok) await store.removeCredential(db, id);
    return activated;
  }

  return {
    register: (account) => register(account),
    async importAll(people, password) {
      const issue = passwordIssue(normalisePassword(password), { email: '' });
      if (issue) return refuse('validation_failed', issue);
      const hashed = await passwords.hash(password);
      if (!hashed.ok) return hashed;
      const made = people.map((person) => ({ ...person, id: newId() }));
      const imported = await users.importPeople(made);
      if (!imported.ok) return imported;
      const ids = made.map((person) => person.id);
      await atomically(db, (tx) => store.addCredentials(tx, ids, hashed.value));
      return ok(ids);
    },
    async authenticate(email, password) {
      const user = await users.byEmail(email);
      const stored = await store.passwordHashOf(db, user?.id ?? NOBODY);
      const matches = await passwords.matches(password, stored);
      if (!matches.ok) return matches;
      return user && matches.value ? ok(user) : refuse('invalid_credentials');
    },
    async ensure(account, by) {
      for (let attempt = 1; ; attempt++) {
        const existing = await users.byEmail(normaliseEmail(account.email));
        if (existing) return existing.id;
        const made = await register(account, by);
        if (made.ok) return made.value.id;
        // Another process makes the same account at this moment, or hashing is busy.
        const passing = made.error.code === 'email_taken' || made.error.code === 'overloaded';
        if (!passing || attempt === ENSURE_ATTEMPTS) {
          throw new Error(
            `the account @${account.handle} cannot be made: ${made.error.code} ${made.error.detail ?? ''}`.trim(),
          );
        }
        await new Promise((resolve) => setTimeout(resolve, ENSURE_PAUSE_MS * attempt));
      }
    },
  };
}
