import type { EventTypes } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';
import { CHAIN } from './accounts.ts';

/** A change of hands that is no sale, as the one who causes it knows it. */
export interface Moved {
  copyId: string;
  cardId: string;
  /** The epoch that the move began. */
  epoch: bigint;
  /** Null for a new copy. */
  fromId: string | null;
  toId: string;
}

/**
 * The events of copies that are made, traded, sent out or brought in, on the topics of their cards. Publish
 * them in the transaction that moves the copies. Sales announce themselves by `sale.completed`.
 */
export function movedEvents(by: EventTypes['copy.moved']['by'], moves: Moved[]): NewEvent[] {
  const person = (id: string | null) => (id === CHAIN ? null : id);
  return moves.map(({ copyId, cardId, epoch, fromId, toId }) => {
    const data: EventTypes['copy.moved'] = {
      copyId,
      cardId,
      epoch: Number(epoch),
      fromId: person(fromId),
      toId: person(toId),
      by,
    };
    return { topic: `card:${cardId}`, type: 'copy.moved', data: { ...data } };
  });
}
