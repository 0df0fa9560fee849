import type { EventType, NotificationType } from '@ece/contract';

/** An event on an account's own topic that tells the account something. */
export interface AccountRule {
  event: EventType;
  /** Members that the event's data must have with these values. */
  match?: Record<string, string | boolean>;
  type: NotificationType;
}

/** Which events of an account's topic become which notifications. */
export const ACCOUNT_RULES: readonly AccountRule[] = [
  { event: 'bid.outbid', type: 'outbid' },
  { event: 'auction.won', type: 'auction_won' },
  { event: 'auction.ended', match: { sold: true }, type: 'auction_sold' },
  { event: 'auction.ended', match: { sold: false }, type: 'auction_unsold' },
  { event: 'listing.sold', type: 'listing_sold' },
  { event: 'offer.received', type: 'offer_received' },
  { event: 'offer.withdrawn', type: 'offer_withdrawn' },
  { event: 'offer.accepted', type: 'offer_accepted' },
  { event: 'offer.declined', type: 'offer_declined' },
  { event: 'offer.expired', type: 'offer_expired' },
  { event: 'offer.void', type: 'offer_void' },
  { event: 'trade.offered', match: { side: 'recipient' }, type: 'trade_offered' },
  { event: 'trade.countered', match: { side: 'sender' }, type: 'trade_countered' },
  { event: 'trade.accepted', match: { side: 'sender' }, type: 'trade_accepted' },
  { event: 'trade.declined', match: { side: 'sender' }, type: 'trade_declined' },
  { event: 'trade.withdrawn', match: { side: 'recipient' }, type: 'trade_withdrawn' },
  { event: 'trade.expired', type: 'trade_expired' },
  { event: 'trade.void', type: 'trade_void' },
  { event: 'wallet.deposited', type: 'deposit_final' },
  { event: 'wallet.withdrawn', type: 'withdrawal_final' },
  { event: 'wallet.returned', type: 'withdrawal_returned' },
  { event: 'copy.minted', type: 'copy_minted' },
  { event: 'copy.deposited', type: 'copy_arrived' },
  { event: 'copy.withdrawn', type: 'copy_withdrawn' },
  { event: 'account.frozen', type: 'account_frozen' },
  { event: 'account.unfrozen', type: 'account_unfrozen' },
];

/** The notification that an event makes for the account of its topic; undefined where it makes none. */
export function typeOf(event: { type: string; data: Record<string, unknown> }): NotificationType | undefined {
  return ACCOUNT_RULES.find(
    (rule) =>
      rule.event === event.type &&
      Object.entries(rule.match ?? {}).every(([name, value]) => event.data[name] === value),
  )?.type;
}

const USER = 'user:';

/** The account of a topic `user:<id>`; undefined for other topics. */
export function accountOf(topic: string): string | undefined {
  return topic.startsWith(USER) ? topic.slice(USER.length) : undefined;
}
