import type { CardEvents, SetEvents } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';
import type { NewCard, NewSet } from './store.ts';

/** The event of a new set. */
export function setCreated({ id, code, name }: NewSet): NewEvent {
  const data: SetEvents['set.created'] = { setId: id, code, name };
  return { topic: `set:${id}`, type: 'set.created', data: { ...data } };
}

/** The event of a new card. */
export function cardCreated({ id, setId, number, name }: NewCard): NewEvent {
  const data: CardEvents['card.created'] = { cardId: id, setId, number, name };
  return { topic: `card:${id}`, type: 'card.created', data: { ...data } };
}
