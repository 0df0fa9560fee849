/** Somebody with a role. */
export interface Ranked {
  id: string;
  role: 'collector' | 'moderator' | 'admin';
}

/**
 * Whether somebody may freeze or unfreeze an account: moderators those of collectors, admins all, and nobody
 * their own.
 */
export function mayFreeze(actor: Ranked, target: Ranked): boolean {
  if (actor.id === target.id || actor.role === 'collector') return false;
  return actor.role === 'admin' || target.role === 'collector';
}
