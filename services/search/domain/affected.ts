import type { EventType, EventTypes } from '@ece/contract';

/**
 * A thing whose documents may have to be made again. An auction stands for the copies in its lot; the bids on it, too:
 * they change no more than the price.
 */
export interface Key {
  kind: 'set' | 'card' | 'copy' | 'person' | 'auction' | 'bids';
  id: string;
}

type Affected = { [T in EventType]?: (data: EventTypes[T]) => Key[] };

const copy = ({ copyId }: { copyId: string }): Key[] => [{ kind: 'copy', id: copyId }];
const auction = ({ auctionId }: { auctionId: string }): Key[] => [{ kind: 'auction', id: auctionId }];
const bids = ({ auctionId }: { auctionId: string }): Key[] => [{ kind: 'bids', id: auctionId }];
const person = ({ userId }: { userId: string }): Key[] => [{ kind: 'person', id: userId }];

/** A copy's card is made again with it. */
const AFFECTED: Affected = {
  'set.created': ({ setId }) => [{ kind: 'set', id: setId }],
  'card.created': ({ cardId, setId }) => [
    { kind: 'card', id: cardId },
    { kind: 'set', id: setId },
  ],
  'user.registered': person,
  'user.changed': person,
  'copy.minted': copy,
  'copy.moved': copy,
  'sale.completed': copy,
  'listing.created': copy,
  'listing.repriced': copy,
  'listing.cancelled': copy,
  'auction.created': auction,
  'auction.bid': bids,
  'auction.extended': auction,
  'auction.sold': auction,
  'auction.unsold': auction,
  'auction.cancelled': auction,
};

/** The types of events that say something new about a thing. */
export const AFFECTING = Object.keys(AFFECTED) as EventType[];

/** The things that an event says something new about. What is new is not read from it, but from its owners. */
export function affectedBy(type: string, data: Record<string, unknown>): Key[] {
  const keys = AFFECTED[type as EventType] as ((data: Record<string, unknown>) => Key[]) | undefined;
  return keys ? keys(data) : [];
}
