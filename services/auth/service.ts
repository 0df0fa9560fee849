import type { ServiceInstance } from '@ece/platform/service';
import { createAccounts } from './accounts.ts';
import type { AuthApi, AuthContext } from './api.ts';
import { createAttemptLimits } from './attempt-limits.ts';
import { createJobs } from './jobs.ts';
import { createPasswords } from './passwords.ts';
import { registerRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';

/** Makes the auth service. */
export function createAuth(context: AuthContext): ServiceInstance<AuthApi> {
  const accounts = createAccounts(context, createPasswords());
  const sessions = createSessions(context);
  const limits = createAttemptLimits();
  const setRole: AuthApi['setRole'] = async (accountId, role, by) => {
    const changed = await context.users.setRole(accountId, role, by);
    if (changed.ok) await sessions.endAllOf(accountId);
    return changed;
  };
  return {
    api: {
      principalOfSession: (cookie) => sessions.principalOf(cookie),
      isLive: (sessionId) => sessions.isLive(sessionId),
      setRole,
      ensureAccount: (account, by) => accounts.ensure(account, by),
      importAccounts: (people, password) => accounts.importAll(people, password),
    },
    routes: (app) => registerRoutes(app, { context, accounts, sessions, limits, setRole }),
    jobs: createJobs(context.db),
  };
}
