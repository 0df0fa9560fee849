import type { Result } from '@ece/contract';
import type { Origin } from '@ece/platform/audit/audit';
import type { Database } from '@ece/platform/db/database';
import type { Principal } from '@ece/platform/http/principal';
import type { ServiceModule } from '@ece/platform/service';
import type { PastPerson, User, UsersApi } from '@ece/users';
import { createAuth } from './service.ts';

export { SESSION_COOKIE } from './session-cookie.ts';

/** Sign-in: passwords, sessions and access tokens. OpenID Connect, passkeys and wallets will join here. */
export interface AuthApi {
  /** Who a session cookie stands for; undefined when it has ended. */
  principalOfSession(cookie: string): Promise<Principal | undefined>;
  /** True while a session lets its owner in: an access token outlives its session by minutes. */
  isLive(sessionId: string): Promise<boolean>;
  /** Gives an account a role and ends its sessions. Refusals: `not_found`, `last_admin`, `account_frozen` for `by`. */
  setRole(accountId: string, role: Principal['role'], by: Origin): Promise<Result<User>>;
  /**
   * Makes an account that may sign in at once, for the first admin and for seeds, and gives its id. Where the
   * e-mail has an account already, that one is given as it is. The audit trail tells who has made a moderator
   * or an admin: `by`, the exchange itself where absent.
   */
  ensureAccount(
    account: {
      email: string;
      password: string;
      handle: string;
      role: Principal['role'];
      displayName?: string;
      bio?: string;
    },
    by?: Origin,
  ): Promise<string>;
  /**
   * Brings in people who joined before, all with one password, and gives their ids; for seeds. Refusals: those
   * of `UsersApi.importPeople`, `validation_failed` for a weak password.
   */
  importAccounts(people: Omit<PastPerson, 'id'>[], password: string): Promise<Result<string[]>>;
}

export interface AuthContext {
  db: Database;
  users: UsersApi;
  /** 32 bytes that sign access tokens; the same in every process. */
  tokenSecret: Uint8Array;
  accessTokenSeconds: number;
  sessionDays: number;
  /** Send the session cookie over HTTPS only. */
  secureCookies: boolean;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
}

export const auth: ServiceModule<AuthApi, AuthContext> = {
  name: 'auth',
  methods: {
    reads: ['principalOfSession', 'isLive'],
    writes: ['setRole', 'ensureAccount', 'importAccounts'],
  },
  migrations: { name: 'auth', folder: new URL('./migrations/', import.meta.url) },
  create: createAuth,
};
