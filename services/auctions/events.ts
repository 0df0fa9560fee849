import { formatMoney } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';
import type { Terms } from './domain/terms.ts';
import type { AuctionRow } from './store.ts';

/** The event of a new auction. */
export function createdEvent(
  auctionId: string,
  { startsAt, endsAt, startingPrice }: Pick<Terms, 'startsAt' | 'endsAt' | 'startingPrice'>,
): NewEvent {
  return {
    topic: `auction:${auctionId}`,
    type: 'auction.created',
    data: {
      auctionId,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      startingPrice: formatMoney(startingPrice),
    },
  };
}

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
