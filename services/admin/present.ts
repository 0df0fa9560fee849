import type { entities, Static } from '@ece/contract';
import type { AuditEntry } from '@ece/platform/audit/audit';
import type { User } from '@ece/users';
import type { Freeze } from '@ece/vault';
import type { NamedHalt } from './api.ts';

/** A halt as the API shows it. */
export function presentHalt(halt: NamedHalt): Static<typeof entities.Halt> {
  const { id, setId, setCode, withdrawals, reason, at, until } = halt;
  return {
    ...{ id, setId, setCode, withdrawals, reason },
    at: at.toISOString(),
    until: until?.toISOString() ?? null,
  };
}

/** A person as moderators see them, with the freeze that is in force. */
export function presentUser(user: User, freeze: Freeze | undefined): Static<typeof entities.AdminUser> {
  const { id, handle, displayName, role, createdAt } = user;
  return {
    ...{ id, handle, displayName, role },
    createdAt: createdAt.toISOString(),
    frozen: freeze ? { reason: freeze.reason, at: freeze.at.toISOString() } : null,
  };
}

/** An entry of the audit trail as the API shows it. */
export function presentEntry(
  entry: AuditEntry,
  handles: Record<string, string>,
): Static<typeof entities.AuditEntry> {
  const { number, at, actor, action, subject, data, address, requestId } = entry;
  return {
    number: Number(number),
    at: at.toISOString(),
    ...{ actor, actorHandle: handles[actor] ?? null, action, subject, address, requestId },
    data: JSON.parse(data) as Record<string, unknown>,
  };
}
