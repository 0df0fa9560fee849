import { ok, type Result, refuse } from '@ece/contract';
import { isUniqueViolation, transaction } from '@ece/platform/db/database';
import type { ServiceInstance } from '@ece/platform/service';
import type { User, UsersApi, UsersContext } from './api.ts';
import { normaliseEmail } from './domain/email.ts';
import { isReserved } from './domain/handle.ts';
import { createHandleCache } from './handle-cache.ts';
import { createJobs } from './jobs.ts';
import { reserve } from './registration.ts';
import { registerRoutes } from './routes.ts';
import * as store from './store.ts';

/** What people may change of themselves. */
export type ProfileChange = Partial<Pick<User, 'handle' | 'displayName' | 'bio'>>;

/** What the routes use beside the interface that other services see. */
export interface UsersService extends UsersApi {
  /** Refusals: `handle_taken`, `handle_reserved`, `unauthenticated` when the account is gone. */
  updateProfile(id: string, change: ProfileChange): Promise<Result<User>>;
}

/** Makes the users service. */
export function createUsers({ db }: UsersContext): ServiceInstance<UsersApi> {
  const cache = createHandleCache();

  const service: UsersService = {
    create(user) {
      const normal = { ...user, email: normaliseEmail(user.email) };
      return transaction(db, (tx) => reserve(tx, normal));
    },
    async activate(id) {
      const user = await store.activate(db, id);
      return user ? ok(user) : refuse('email_taken', 'Another registration of this e-mail came later.');
    },
    byIds: (ids) => store.activeByIds(db, ids),
    byEmail: (email) => store.activeByEmail(db, normaliseEmail(email)),
    byHandle: (handle) => store.activeByHandle(db, handle),
    handles: (ids) =>
      cache.get(ids, async (missing) => {
        const people = await store.activeByIds(db, missing);
        return new Map(people.map((person) => [person.id, person.handle]));
      }),
    setRole: (id, role) =>
      transaction(db, async (tx) => {
        const admins = await store.lockAdmins(tx);
        if (role !== 'admin' && admins.length === 1 && admins[0] === id) return refuse('last_admin');
        const user = await store.updateRole(tx, id, role);
        return user ? ok(user) : refuse('not_found');
      }),
    async updateProfile(id, change) {
      const [current] = await store.activeByIds(db, [id]);
      if (!current) return refuse('unauthenticated');
      const next = { ...current, ...change };
      const isNew = next.handle !== current.handle;
      if (isNew && current.role === 'collector' && isReserved(next.handle)) return refuse('handle_reserved');
      try {
        const user = await store.updateProfile(db, id, { ...next, displayName: next.displayName.trim() });
        return user ? ok(user) : refuse('unauthenticated');
      } catch (error) {
        if (isUniqueViolation(error, 'users_handle_key')) return refuse('handle_taken');
        throw error;
      } finally {
        if (isNew) cache.forget(id);
      }
    },
  };

  return { api: service, routes: (app) => registerRoutes(app, service), jobs: createJobs(db) };
}
