import type { SourceEvent } from './drafts.ts';
import { accountOf } from './rules.ts';

/** What a reminder is about. */
export type ReminderKind = 'auction' | 'trade' | 'offer';

export interface Reminder {
  kind: ReminderKind;
  reference: string;
  accountId: string;
  otherId: string | null;
  dueAt: Date;
  endsAt: Date;
}

/** What a batch of events changes about reminders. It is done in this order; what has ended never comes back. */
export interface ReminderChanges {
  set: Reminder[];
  move: { reference: string; dueAt: Date; endsAt: Date }[];
  drop: { kind: ReminderKind; reference: string }[];
}

const MINUTE = 60_000;

/** Milliseconds before the end of a watched auction. */
export const AUCTION_LEAD_MS = 15 * MINUTE;
/** Milliseconds before an offer expires. */
export const EXPIRY_LEAD_MS = 12 * 60 * MINUTE;

/** When to remind of an end: `lead` before it, or at three quarters of a time that is too short for that. */
export function dueBefore(now: Date, end: Date, lead: number): Date {
  const left = end.getTime() - now.getTime();
  return new Date(end.getTime() - Math.min(lead, left / 4));
}

const ENDS: Record<string, { kind: ReminderKind; reference: string }> = {
  'auction.sold': { kind: 'auction', reference: 'auctionId' },
  'auction.unsold': { kind: 'auction', reference: 'auctionId' },
  'auction.cancelled': { kind: 'auction', reference: 'auctionId' },
  'trade.countered': { kind: 'trade', reference: 'tradeOfferId' },
  'trade.accepted': { kind: 'trade', reference: 'tradeOfferId' },
  'trade.declined': { kind: 'trade', reference: 'tradeOfferId' },
  'trade.withdrawn': { kind: 'trade', reference: 'tradeOfferId' },
  'trade.expired': { kind: 'trade', reference: 'tradeOfferId' },
  'trade.void': { kind: 'trade', reference: 'tradeOfferId' },
  'offer.ended': { kind: 'offer', reference: 'offerId' },
  'offer.withdrawn': { kind: 'offer', reference: 'offerId' },
};

/** Types of events that change reminders. Of `auction.bid` only those that move the end. */
export const REMINDER_EVENTS = [...Object.keys(ENDS), 'auction.bid', 'trade.offered', 'offer.received'];

/** What events change about reminders. */
export function reminderChanges(events: SourceEvent[]): ReminderChanges {
  const changes: ReminderChanges = { set: [], move: [], drop: [] };
  for (const event of events) {
    const ended = ENDS[event.type];
    if (ended) changes.drop.push({ kind: ended.kind, reference: String(event.data[ended.reference]) });
    const set = setBy(event);
    if (set) changes.set.push(set);
    if (event.type === 'auction.bid' && event.data.extended === true) {
      const endsAt = new Date(String(event.data.endsAt));
      const dueAt = new Date(endsAt.getTime() - AUCTION_LEAD_MS);
      changes.move.push({ reference: String(event.data.auctionId), dueAt, endsAt });
    }
  }
  return changes;
}

/** The reminder of an offer to the account that may answer it. */
function setBy({ topic, type, data, at }: SourceEvent): Reminder | undefined {
  const accountId = accountOf(topic);
  if (!accountId || typeof data.expiresAt !== 'string') return undefined;
  const endsAt = new Date(data.expiresAt);
  const dueAt = dueBefore(at, endsAt, EXPIRY_LEAD_MS);
  const otherId = typeof data.otherId === 'string' ? data.otherId : null;
  if (type === 'trade.offered' && data.side === 'recipient') {
    return { kind: 'trade', reference: String(data.tradeOfferId), accountId, otherId, dueAt, endsAt };
  }
  // The counter-offer is the new one, and who is told of it is the one who may answer it.
  if (type === 'trade.countered' && data.side === 'sender') {
    return { kind: 'trade', reference: String(data.counterId), accountId, otherId, dueAt, endsAt };
  }
  if (type === 'offer.received') {
    return { kind: 'offer', reference: String(data.offerId), accountId, otherId, dueAt, endsAt };
  }
  return undefined;
}
