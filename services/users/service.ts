import { ok, type Result, refuse } from '@ece/contract';
import { audit, SYSTEM } from '@ece/platform/audit/audit';
import { isUniqueViolation, type Tx, transaction } from '@ece/platform/db/database';
import { publish } from '@ece/platform/outbox/publish';
import type { ServiceInstance } from '@ece/platform/service';
import { freezesOf, passPrivileged } from '@ece/vault';
import type { User, UsersApi, UsersContext } from './api.ts';
import { normaliseEmail } from './domain/email.ts';
import { isReserved } from './domain/handle.ts';
import { personEvent } from './events.ts';
import { createHandleCache } from './handle-cache.ts';
import { importPeople } from './history.ts';
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

/** Whether somebody is an admin without whom none would be left whose account is not frozen. */
async function isLastAdmin(tx: Tx, id: string): Promise<boolean> {
  const admins = await store.lockAdmins(tx);
  if (!admins.includes(id)) return false;
  const frozen = await freezesOf(tx, admins);
  return admins.every((admin) => admin === id || frozen.has(admin));
}

/** Makes the users service. */
export function createUsers({ db }: UsersContext): ServiceInstance<UsersApi> {
  const cache = createHandleCache();

  const service: UsersService = {
    create(user) {
      const normal = { ...user, email: normaliseEmail(user.email) };
      return transaction(db, (tx) => reserve(tx, normal));
    },
    activate: (id, by = SYSTEM) =>
      transaction(db, async (tx) => {
        const activated = await store.activate(tx, id);
        if (activated) {
          const { handle, role } = activated;
          if (role !== 'collector') {
            await audit(tx, by, { action: 'user.create', subject: `user ${id}`, data: { handle, role } });
          }
          await publish(tx, [personEvent('user.registered', activated)]);
        }
        const user = activated ?? (await store.activeByIds(tx, [id]))[0];
        return user ? ok(user) : refuse('email_taken', 'Another registration of this e-mail came later.');
      }),
    importPeople: (people) => importPeople(db, people),
    byIds: (ids) => store.activeByIds(db, ids),
    async peopleAfter(after, limit) {
      const people = await store.activeAfter(db, after, limit);
      return people.map(({ id, handle, displayName, bio, role, createdAt }) => ({
        id,
        handle,
        displayName,
        bio,
        role,
        createdAt,
      }));
    },
    byEmail: (email) => store.activeByEmail(db, normaliseEmail(email)),
    byHandle: (handle) => store.activeByHandle(db, handle),
    handles: (ids) =>
      cache.get(ids, async (missing) => {
        const people = await store.activeByIds(db, missing);
        return new Map(people.map((person) => [person.id, person.handle]));
      }),
    setRole: (id, role, by) =>
      transaction(db, async (tx) => {
        const passed = await passPrivileged(tx, by);
        if (!passed.ok) return passed;
        if (role !== 'admin' && (await isLastAdmin(tx, id))) return refuse('last_admin');
        const user = await store.updateRole(tx, id, role);
        if (!user) return refuse('not_found');
        await audit(tx, by, {
          action: 'user.role',
          subject: `user ${id}`,
          data: { handle: user.handle, role },
        });
        await publish(tx, [personEvent('user.changed', user)]);
        return ok(user);
      }),
    search: (filter) => store.searchActive(db, filter),
    async updateProfile(id, change) {
      const [current] = await store.activeByIds(db, [id]);
      if (!current) return refuse('unauthenticated');
      const next = { ...current, ...change };
      const isNew = next.handle !== current.handle;
      if (isNew && current.role === 'collector' && isReserved(next.handle)) return refuse('handle_reserved');
      try {
        return await transaction(db, async (tx) => {
          const profile = { ...next, displayName: next.displayName.trim() };
          const user = await store.updateProfile(tx, id, profile);
          if (!user) return refuse('unauthenticated');
          await publish(tx, [personEvent('user.changed', user)]);
          return ok(user);
        });
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
