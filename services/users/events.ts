import type { UserEvents } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';
import type { User } from './api.ts';

/** The event of a person who has registered or changed, on their own topic. It holds nothing that is private. */
export function personEvent(
  type: Extract<keyof UserEvents, `user.${string}`>,
  { id, handle }: Pick<User, 'id' | 'handle'>,
): NewEvent {
  return { topic: `user:${id}`, type, data: { userId: id, handle } };
}
