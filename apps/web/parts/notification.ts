import { formatAmount } from '@ece/ui/money';
import type { Notification, NotificationType } from '../data/types.ts';
import type { Translate } from '../i18n/translate.ts';

/** Every type by what it belongs to, in the order in which people choose their mails. */
export const NOTIFICATION_GROUPS = {
  auctions: ['outbid', 'auction_won', 'auction_ending', 'auction_sold', 'auction_unsold'],
  selling: ['listing_sold', 'offer_received', 'offer_expiring', 'offer_withdrawn'],
  offers: ['offer_accepted', 'offer_declined', 'offer_expired', 'offer_void'],
  trades: [
    'trade_offered',
    'trade_countered',
    'trade_accepted',
    'trade_declined',
    'trade_withdrawn',
    'trade_expired',
    'trade_expiring',
    'trade_void',
  ],
  watching: ['watch_listed', 'watch_price_drop', 'watch_auctioned', 'price_alert'],
  holding: [
    'deposit_final',
    'withdrawal_final',
    'withdrawal_returned',
    'copy_minted',
    'copy_arrived',
    'copy_withdrawn',
    'account_frozen',
    'account_unfrozen',
    'webhook_disabled',
  ],
} as const satisfies Record<string, readonly NotificationType[]>;

type Known = (typeof NOTIFICATION_GROUPS)[keyof typeof NOTIFICATION_GROUPS][number];

const KNOWN = new Set<string>(Object.values(NOTIFICATION_GROUPS).flat());

/** Offers that are acted on in the list of those to me, and those that have ended in the list of mine. */
const OFFERS_TO_ME = new Set<NotificationType>(['offer_received', 'offer_expiring', 'offer_withdrawn']);
const OFFERS_OF_MINE = new Set<NotificationType>(['offer_declined', 'offer_expired', 'offer_void']);

/** The page where a notification is acted on; undefined where there is none. */
export function notificationPath({ type, data }: Notification): string | undefined {
  const copy = data.copyId && `/copies/${data.copyId}`;
  if (type.startsWith('trade_')) {
    const id = data.counterId ?? data.tradeOfferId;
    return id && `/trades/${id}`;
  }
  if (OFFERS_TO_ME.has(type)) return '/offers';
  if (OFFERS_OF_MINE.has(type)) return '/offers?view=made&state=all';
  if (data.auctionId) return `/auctions/${data.auctionId}`;
  if (data.transferId && data.amount) return '/wallet';
  return copy ?? (data.cardId && `/cards/${data.cardId}`);
}

/**
 * A notification in the reader's language. One of a type that this app does not know yet is said in the words
 * of the exchange.
 */
export function notificationWords(
  t: Translate,
  locale: string,
  { type, data, title, body }: Notification,
): { title: string; text: string } {
  if (!KNOWN.has(type)) return { title, text: body };
  const amount = (value: string | undefined) => (value === undefined ? '' : formatAmount(value, locale));
  const values = {
    item: itemName(t, data),
    who: data.handle ?? t('notifications.somebody'),
    price: amount(data.price),
    amount: amount(data.amount),
    previous: amount(data.previousPrice),
    threshold: amount(data.threshold),
    url: data.url ?? '',
  };
  const known: Known = type;
  const isAbove = known === 'price_alert' && data.direction === 'above';
  const text = t(isAbove ? 'notifications.alertAbove' : `toldText.${known}`, values);
  const isByStaff = known === 'account_frozen' || known === 'account_unfrozen';
  const reason = isByStaff && data.reason ? `${t('notifications.reason', { reason: data.reason })} ` : '';
  return { title: t(`told.${known}`, values), text: reason + text };
}

/** A card, one copy of it, or a lot by its first copy. */
function itemName(t: Translate, { cardName, serial, lotSize }: Notification['data']): string {
  const item = cardName ? `${cardName}${serial === undefined ? '' : ` #${serial}`}` : t('notifications.card');
  return lotSize !== undefined && lotSize > 1 ? t('notifications.lot', { item, count: lotSize - 1 }) : item;
}
