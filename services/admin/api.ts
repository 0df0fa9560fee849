import type { AuthApi } from '@ece/auth';
import type { Result } from '@ece/contract';
import type { NftsApi } from '@ece/nfts';
import type { Origin } from '@ece/platform/audit/audit';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { User, UsersApi } from '@ece/users';
import type { Freeze, Halt } from '@ece/vault';
import { createAdmin } from './service.ts';

export { readHealth } from './health.ts';

/** A halt with the code of its set. */
export type NamedHalt = Halt & { setCode: string | null };

/**
 * The operator's powers over a running exchange. Every act is kept in the audit trail, and refused with
 * `account_frozen` where its actor is frozen.
 */
export interface AdminApi {
  /** Refusals: `not_found` for the set, `already_halted`. */
  halt(
    by: Origin,
    input: { setCode?: string; withdrawals: boolean; reason: string },
  ): Promise<Result<NamedHalt>>;
  /** Refusals: `not_found` for the set, `not_halted`. */
  resume(by: Origin, input: { setCode?: string; reason?: string }): Promise<Result<NamedHalt>>;
  /** The halts in force. */
  halts(): Promise<NamedHalt[]>;
  /**
   * Freezes an account. `role` is the actor's: moderators may freeze collectors only, nobody themselves.
   * Refusals: `not_found`, `forbidden`, `already_frozen`.
   */
  freeze(by: Origin, role: User['role'], input: { handle: string; reason: string }): Promise<Result<Freeze>>;
  /** Ends a freeze. Refusals: `not_found`, `forbidden`, `not_frozen`. */
  unfreeze(by: Origin, role: User['role'], input: { handle: string; reason?: string }): Promise<Result<User>>;
}

export interface AdminContext {
  db: Database;
  /** Where the audit trail is written, too; nowhere where absent. */
  auditLog: Logger | undefined;
  users: UsersApi;
  auth: AuthApi;
  nfts: NftsApi;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
}

/** It has no tables of its own: halts and freezes are the vault's, the audit trail is the platform's. */
export const admin: Omit<ServiceModule<AdminApi, AdminContext>, 'migrations'> = {
  name: 'admin',
  methods: { reads: ['halts'], writes: ['halt', 'resume', 'freeze', 'unfreeze'] },
  create: createAdmin,
};
