import type { Result } from '@ece/contract';
import type { Origin } from '@ece/platform/audit/audit';
import type { Database } from '@ece/platform/db/database';
import type { Principal } from '@ece/platform/http/principal';
import type { ServiceModule } from '@ece/platform/service';
import { createUsers } from './service.ts';

export { normaliseEmail } from './domain/email.ts';
export { ownProfile } from './present.ts';

/** A person as the other services see them. */
export interface User {
  id: string;
  email: string;
  handle: string;
  displayName: string;
  bio: string;
  role: Principal['role'];
  createdAt: Date;
}

export interface NewUser {
  id: string;
  email: string;
  /** Made from the e-mail where it is absent. */
  handle?: string;
  role?: Principal['role'];
  displayName?: string;
  bio?: string;
}

/** What everybody may know of a person. */
export type PublicPerson = Omit<User, 'email'>;

/** A collector who joined before this exchange knew of them. */
export interface PastPerson extends Required<Omit<NewUser, 'role'>> {
  joinedAt: Date;
}

/** People: handles, profiles, roles, and the opening of their vault accounts. */
export interface UsersApi {
  /**
   * Reserves e-mail and handle and opens the vault account. The account is pending until `activate`; a
   * pending one is replaced by a new registration of the same e-mail. The same id again changes nothing.
   * Only staff roles may have a reserved handle. Refusals: `email_taken`, `handle_taken`, `handle_reserved`.
   */
  create(user: NewUser): Promise<Result<User>>;
  /**
   * Ends the registration: from now on the account may sign in. A new moderator or admin is kept in the audit
   * trail as made by `by`, the exchange itself where absent. Refusal: `email_taken` when a later registration
   * of the same e-mail has replaced this one.
   */
  activate(id: string, by?: Origin): Promise<Result<User>>;
  /**
   * Brings in people who joined before, all or none: active at once, with their vault accounts. No event tells
   * of them. For seeds. Refusals: `email_taken`, `handle_taken`, `handle_reserved`.
   */
  importPeople(people: PastPerson[]): Promise<Result<void>>;
  /** Active people by id; unknown ids are left out. */
  byIds(ids: string[]): Promise<User[]>;
  /** Active people in the order of their ids, after an id; for whoever keeps a copy of what is public. */
  peopleAfter(after: string | undefined, limit: number): Promise<PublicPerson[]>;
  /** The active person with this e-mail, whatever its case. */
  byEmail(email: string): Promise<User | undefined>;
  /** The active person with this handle. */
  byHandle(handle: string): Promise<User | undefined>;
  /** Handles of active people by id, cached: what lists show. A change elsewhere shows within seconds. */
  handles(ids: string[]): Promise<Record<string, string>>;
  /**
   * Gives a role, which is kept in the audit trail as done by `by`. Refusals: `not_found`, `account_frozen` for
   * `by`, `last_admin` when no other admin would be left who is not frozen.
   */
  setRole(id: string, role: Principal['role'], by: Origin): Promise<Result<User>>;
  /** Active people by handle, from behind `after`; `q` is the beginning of a handle or a whole e-mail. */
  search(filter: { q?: string; role?: Principal['role']; after?: string; limit: number }): Promise<User[]>;
}

export interface UsersContext {
  db: Database;
}

export const users: ServiceModule<UsersApi, UsersContext> = {
  name: 'users',
  methods: {
    reads: ['byIds', 'peopleAfter', 'byEmail', 'byHandle', 'handles', 'search'],
    writes: ['create', 'activate', 'importPeople', 'setRole'],
  },
  migrations: { name: 'users', folder: new URL('./migrations/', import.meta.url) },
  create: createUsers,
};
