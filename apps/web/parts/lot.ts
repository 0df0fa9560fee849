import type { FeedEvent } from '@ece/sdk/browser';
import type { Auction } from '../data/types.ts';
import { isEvent } from '../live/feed.tsx';

/**
 * An auction after an event of its topic. What only its own bidders know stays as it was.
 */
export function afterEvent(auction: Auction, event: FeedEvent): Auction {
  const next = { ...auction, sequence: event.sequence };
  if (isEvent(event, 'auction.bid')) {
    const { price, leaderHandle, minimumNext, endsAt, reserve, bidCount } = event.data;
    return { ...next, price, leaderHandle, minimumNext, endsAt, reserve, bidCount };
  }
  if (isEvent(event, 'auction.opened')) return { ...next, state: 'open', endsAt: event.data.endsAt };
  if (isEvent(event, 'auction.sold')) {
    return { ...next, state: 'sold', price: event.data.price, leaderHandle: event.data.buyerHandle };
  }
  if (isEvent(event, 'auction.unsold')) return { ...next, state: 'unsold' };
  if (isEvent(event, 'auction.cancelled')) return { ...next, state: 'cancelled' };
  return next;
}
