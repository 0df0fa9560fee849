import { ok, type Result, refuse } from '@ece/contract';
import type { Tx } from '@ece/platform/db/database';
import { openAccount } from '@ece/vault';
import type { NewUser, User } from './api.ts';
import { handleCandidates, isReserved } from './domain/handle.ts';
import * as store from './store.ts';

/**
 * Reserves an e-mail and a handle for a new person and opens their vault account, in the caller's transaction.
 *
 * Every registration brings an id of its own, and what it does afterwards (the password, the activation)
 * belongs to that id alone. So a pending registration can be replaced at any moment: the one that is replaced
 * finds its row gone when it wants to activate, and the vault account that it leaves has never been used.
 * @param user the e-mail must be normalised
 */
export async function reserve(tx: Tx, user: NewUser): Promise<Result<User>> {
  await store.lockEmail(tx, user.email);
  const same = await store.findById(tx, user.id);
  if (same) return ok(same);
  const role = user.role ?? 'collector';
  if (user.handle !== undefined && role === 'collector' && isReserved(user.handle))
    return refuse('handle_reserved');

  const existing = await store.lockByEmail(tx, user.email);
  if (existing?.state === 'active') return refuse('email_taken');
  if (existing) await store.remove(tx, existing.id);

  await openAccount(tx, user.id);
  for (const handle of await freeHandles(tx, user)) {
    const made = await store.insert(tx, {
      id: user.id,
      email: user.email,
      handle,
      displayName: user.displayName ?? handle,
      bio: user.bio ?? '',
      role,
    });
    if (made) return ok(made);
  }
  return refuse('handle_taken');
}

/** The handle that was asked for, or the candidates that nobody has yet. */
async function freeHandles(tx: Tx, user: NewUser): Promise<string[]> {
  if (user.handle !== undefined) return [user.handle];
  const candidates = handleCandidates(user.email, user.id);
  const taken = await store.takenHandles(tx, candidates);
  return candidates.filter((handle) => !taken.has(handle));
}
