import type { NewEvent } from '@ece/platform/outbox/publish';
import type { AuctionRow } from './store.ts';

/** The event of an auction that begins. */
export function openedEvent(row: Pick<AuctionRow, 'id' | 'ends_at'>): NewEvent {
  return {
    topic: `auction:${row.id}`,
    type: 'auction.opened',
    data: { auctionId: row.id, endsAt: row.ends_at.toISOString() },
  };
}

/** What must be told first when something happens to an auction whose time has come before the timer saw it. */
export function openingEvents(row: AuctionRow): NewEvent[] {
  return row.state === 'scheduled' ? [openedEvent(row)] : [];
}
