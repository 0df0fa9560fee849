import type { Answer, operations } from '@ece/contract';
import type { User } from './api.ts';

/** A person as everybody may see them: without the e-mail. */
export function publicProfile(user: User): Answer<typeof operations.users.get> {
  return {
    id: user.id,
    handle: user.handle,
    displayName: user.displayName,
    bio: user.bio,
    role: user.role,
    createdAt: user.createdAt.toISOString(),
  };
}

/** A person as they see themselves, and as admins see them. */
export function ownProfile(user: User): Answer<typeof operations.users.me> {
  return { ...publicProfile(user), email: user.email };
}
