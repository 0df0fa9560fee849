import { type EventTypes, ok, type Result, refuse } from '@ece/contract';
import { audit, type Origin } from '@ece/platform/audit/audit';
import { tellAuditJob } from '@ece/platform/audit/tell';
import { type Tx, transaction } from '@ece/platform/db/database';
import { publish } from '@ece/platform/outbox/publish';
import type { ServiceInstance } from '@ece/platform/service';
import type { User } from '@ece/users';
import {
  currentHalts,
  freezeAccount,
  type Halt,
  haltTrading,
  passAlone,
  resumeTrading,
  unfreezeAccount,
} from '@ece/vault';
import type { AdminApi, AdminContext, NamedHalt } from './api.ts';
import { mayFreeze } from './domain/powers.ts';
import { nameHalts } from './halts.ts';
import { adminRoutes } from './routes.ts';

/** The topic on which everybody hears of the exchange itself. */
const EXCHANGE = 'exchange';

/** Makes the admin service. */
export function createAdmin(context: AdminContext): ServiceInstance<AdminApi> {
  const api = createPowers(context);
  const { db, auditLog } = context;
  const jobs = auditLog ? [tellAuditJob({ db, log: auditLog })] : [];
  return { api, routes: (app) => adminRoutes(app, context, api), jobs };
}

function createPowers({ db, users, nfts, hint }: AdminContext): AdminApi {
  async function setOf(code: string | undefined): Promise<Result<{ id: string; code: string } | null>> {
    if (code === undefined) return ok(null);
    const set = await nfts.setByCode(code);
    return set ? ok(set) : refuse('not_found', 'There is no set with this code.');
  }

  /** Changes whether something is traded: the halt, its entry in the trail and its event, together. */
  async function change(
    by: Origin,
    setCode: string | undefined,
    act: { action: 'trading.halt' | 'trading.resume'; data: object },
    work: (tx: Tx, setId: string | null) => Promise<Result<Halt>>,
  ): Promise<Result<NamedHalt>> {
    const set = await setOf(setCode);
    if (!set.ok) return set;
    const code = set.value?.code ?? null;
    const result = await transaction(db, async (tx) => {
      const passed = await passAlone(tx, by);
      if (!passed.ok) return passed;
      const changed = await work(tx, set.value?.id ?? null);
      if (!changed.ok) return changed;
      const { id, setId, withdrawals, reason, at, until } = changed.value;
      await audit(tx, by, {
        action: act.action,
        subject: setId ? `set ${setId}` : 'trading',
        data: { haltId: id, setCode: code, ...act.data },
      });
      const data: EventTypes['trading.halted'] = {
        haltId: id,
        setId,
        setCode: code,
        withdrawals,
        reason,
        at: (until ?? at).toISOString(),
      };
      await publish(tx, [
        { topic: EXCHANGE, type: until ? 'trading.resumed' : 'trading.halted', data: { ...data } },
      ]);
      return changed;
    });
    if (!result.ok) return result;
    hint();
    return ok({ ...result.value, setCode: code });
  }

  async function personOf(by: Origin, role: User['role'], handle: string): Promise<Result<User>> {
    const user = await users.byHandle(handle);
    if (!user) return refuse('not_found', 'There is nobody of this handle.');
    return mayFreeze({ id: by.actor, role }, user) ? ok(user) : refuse('forbidden');
  }

  /** Freezes an account or ends that: the change, its entry in the trail and its owner's event, together. */
  async function setFrozen<T>(
    by: Origin,
    role: User['role'],
    { handle, reason = null }: { handle: string; reason?: string | null },
    act: {
      action: 'account.freeze' | 'account.unfreeze';
      event: 'account.frozen' | 'account.unfrozen';
      work(tx: Tx, user: User): Promise<Result<T>>;
    },
  ): Promise<Result<T>> {
    const person = await personOf(by, role, handle);
    if (!person.ok) return person;
    const { id } = person.value;
    const result = await transaction(db, async (tx) => {
      const passed = await passAlone(tx, by);
      if (!passed.ok) return passed;
      const done = await act.work(tx, person.value);
      if (!done.ok) return done;
      await audit(tx, by, { action: act.action, subject: `user ${id}`, data: { handle, reason } });
      await publish(tx, [{ topic: `user:${id}`, type: act.event, data: { reason } }]);
      return done;
    });
    if (result.ok) hint();
    return result;
  }

  return {
    halt: (by, { setCode, withdrawals, reason }) =>
      change(by, setCode, { action: 'trading.halt', data: { withdrawals, reason } }, (tx, setId) =>
        haltTrading(tx, { setId, withdrawals, reason }),
      ),
    resume: (by, { setCode, reason }) =>
      change(by, setCode, { action: 'trading.resume', data: { reason: reason ?? null } }, resumeTrading),
    async halts() {
      return await nameHalts(nfts, await currentHalts(db));
    },
    freeze: (by, role, { handle, reason }) =>
      setFrozen(
        by,
        role,
        { handle, reason },
        {
          action: 'account.freeze',
          event: 'account.frozen',
          work: (tx, user) => freezeAccount(tx, user.id, reason),
        },
      ),
    unfreeze: (by, role, input) =>
      setFrozen(by, role, input, {
        action: 'account.unfreeze',
        event: 'account.unfrozen',
        async work(tx, user) {
          const ended = await unfreezeAccount(tx, user.id);
          return ended.ok ? ok(user) : ended;
        },
      }),
  };
}
