import type { entities, NotificationType, Static } from '@ece/contract';

export type NotificationData = Static<typeof entities.NotificationData>;

/** A notification's words. */
export interface Words {
  title: string;
  body: string;
}

type Writer = (data: NotificationData) => Words;

/** A card or a lot by name. */
export function itemName({ cardName, setCode, serial, lotSize }: NotificationData): string {
  if (!cardName) return 'your item';
  const name = `${cardName}${serial === undefined ? '' : ` #${serial}`}${setCode ? ` (${setCode})` : ''}`;
  return lotSize !== undefined && lotSize > 1 ? `${name} and ${lotSize - 1} more` : name;
}

const usdc = (amount: string | undefined) => `${amount ?? '?'} USDC`;
const who = ({ handle }: NotificationData) => (handle ? `@${handle}` : 'Somebody');
/** A time as people read it, to the minute, in UTC. */
const at = (time: string | undefined) => (time ? `${time.slice(0, 16).replace('T', ' ')} UTC` : 'soon');

/** The reason that staff gave, before further words. */
const told = ({ reason }: NotificationData) => (reason ? `The reason that was given: “${reason}”. ` : '');

const WRITERS: Record<NotificationType, Writer> = {
  outbid: (d) => ({
    title: `You were outbid on ${itemName(d)}`,
    body: `The price is now ${usdc(d.price)}. What was held for your bid is available again.`,
  }),
  auction_won: (d) => ({
    title: `You won ${itemName(d)}`,
    body: `You paid ${usdc(d.price)}. It is in your collection.`,
  }),
  auction_sold: (d) => ({
    title: `Your auction of ${itemName(d)} has sold`,
    body: `It went for ${usdc(d.price)}; fee and royalty are deducted from it.`,
  }),
  auction_unsold: (d) => ({
    title: `Your auction of ${itemName(d)} ended unsold`,
    body: 'There was no bid, or the reserve was not met. It is free again.',
  }),
  auction_ending: (d) => ({
    title: `${itemName(d)} ends soon`,
    body: `The auction that you watch ends at ${at(d.endsAt)}.`,
  }),
  listing_sold: (d) => ({
    title: `${itemName(d)} has sold`,
    body: `${who(d)} bought it for ${usdc(d.price)}; fee and royalty are deducted from it.`,
  }),
  offer_received: (d) => ({
    title: `${who(d)} offers ${usdc(d.amount)} for ${itemName(d)}`,
    body: 'The money is held for you until the offer ends.',
  }),
  offer_expiring: (d) => ({
    title: 'An offer for a card of yours expires soon',
    body: `You can answer it until ${at(d.expiresAt)}.`,
  }),
  offer_withdrawn: (d) => ({
    title: `An offer for ${itemName(d)} was taken back`,
    body: 'There is nothing left for you to answer.',
  }),
  offer_accepted: (d) => ({
    title: `${who(d)} accepted your offer for ${itemName(d)}`,
    body: `You paid ${usdc(d.amount)}. It is in your collection.`,
  }),
  offer_declined: (d) => ({
    title: `Your offer for ${itemName(d)} was declined`,
    body: `${usdc(d.amount)} are available again.`,
  }),
  offer_expired: (d) => ({
    title: `Your offer of ${usdc(d.amount)} has expired`,
    body: 'The money is available again.',
  }),
  offer_void: (d) => ({
    title: `Your offer for ${itemName(d)} is void`,
    body: `It has changed hands. ${usdc(d.amount)} are available again.`,
  }),
  trade_offered: (d) => ({
    title: `${who(d)} offers you a trade`,
    body: `It stands until ${at(d.expiresAt)}.`,
  }),
  trade_countered: (d) => ({
    title: `${who(d)} answered your trade offer with another one`,
    body: `It stands until ${at(d.expiresAt)}.`,
  }),
  trade_accepted: (d) => ({
    title: `${who(d)} accepted your trade offer`,
    body: 'Cards and cash have changed hands.',
  }),
  trade_declined: (d) => ({
    title: `${who(d)} declined your trade offer`,
    body: 'What it bound and held is free again.',
  }),
  trade_withdrawn: (d) => ({
    title: `${who(d)} took a trade offer back`,
    body: 'There is nothing left for you to answer.',
  }),
  trade_expired: (d) => ({
    title: `The trade offer between you and ${who(d)} has expired`,
    body: 'What it bound and held is free again.',
  }),
  trade_void: (d) => ({
    title: `The trade offer between you and ${who(d)} is void`,
    body: 'A card of it has changed hands by another way.',
  }),
  trade_expiring: (d) => ({
    title: `The trade offer of ${who(d)} expires soon`,
    body: `You can answer it until ${at(d.expiresAt)}.`,
  }),
  watch_listed: (d) => ({
    title: `${itemName(d)} is for sale`,
    body: `${who(d)} listed it at ${usdc(d.price)}.`,
  }),
  watch_auctioned: (d) => ({
    title: `${itemName(d)} is in an auction`,
    body: `It starts at ${usdc(d.price)} and ends at ${at(d.endsAt)}.`,
  }),
  watch_price_drop: (d) => ({
    title: `${itemName(d)} has become cheaper`,
    body: `The price went from ${usdc(d.previousPrice)} to ${usdc(d.price)}.`,
  }),
  price_alert: (d) => ({
    title: `${itemName(d)} ${d.on === 'sale' ? 'sold' : 'is for sale'} at ${usdc(d.price)}`,
    body: `You asked to be told at ${usdc(d.threshold)} or ${d.direction === 'above' ? 'more' : 'less'}.`,
  }),
  deposit_final: (d) => ({
    title: `${usdc(d.amount)} arrived`,
    body: 'Your deposit is final and available.',
  }),
  withdrawal_final: (d) => ({
    title: `${usdc(d.amount)} left to your wallet`,
    body: 'Your withdrawal is final on chain.',
  }),
  withdrawal_returned: (d) => ({
    title: `Your withdrawal of ${usdc(d.amount)} was returned`,
    body: 'It could not be sent. The money is available again.',
  }),
  copy_minted: (d) => ({ title: `${itemName(d)} was minted`, body: 'It is in your collection.' }),
  copy_arrived: (d) => ({
    title: `${itemName(d)} arrived`,
    body: 'It came in from a wallet and is in your collection.',
  }),
  copy_withdrawn: (d) => ({
    title: `${itemName(d)} left to your wallet`,
    body: 'Your withdrawal is final on chain.',
  }),
  account_frozen: (d) => ({
    title: 'Your account is frozen',
    body: `${told(d)}You can sign in, read, and take back what is open; trading and withdrawals wait until the freeze ends.`,
  }),
  account_unfrozen: (d) => ({
    title: 'Your account is not frozen any more',
    body: `${told(d)}You can trade and withdraw again.`,
  }),
  webhook_disabled: (d) => ({
    title: 'A webhook of yours was switched off',
    body: `${d.url ?? 'It'} ${d.reason ?? 'has failed for too long'}. Switch it on again once it works.`,
  }),
};

/** The English words of a notification. */
export function render(type: NotificationType, data: NotificationData): Words {
  return WRITERS[type](data);
}
