import type { NotificationType } from '@ece/contract';
import type { NotificationData } from './render.ts';

export type WatchKind = 'card' | 'set' | 'copy' | 'auction';

/** Something that may be watched. */
export interface Subject {
  kind: WatchKind;
  subjectId: string;
}

/** Types of events that watchers and price alerts wait for. */
export const FANOUT_EVENTS = ['listing.created', 'listing.repriced', 'sale.completed', 'auction.created'];

/** An event that many may want to hear of. */
export interface Wide {
  type: string;
  data: Record<string, unknown>;
}

/** A copy that an event is about, with its card's set where that is known. */
export interface AboutCopy {
  copyId: string;
  cardId: string;
  setId: string | undefined;
}

/** What watchers are told by an event; undefined where they are told nothing. */
export function watchTypeOf({ type, data }: Wide): NotificationType | undefined {
  if (type === 'listing.created') return 'watch_listed';
  if (type === 'auction.created') return 'watch_auctioned';
  if (type !== 'listing.repriced') return undefined;
  return Number(data.price) < Number(data.previousPrice) ? 'watch_price_drop' : undefined;
}

/** Watchers of which things an event concerns. */
export function subjectsOf(copies: AboutCopy[]): Subject[] {
  const all = copies.flatMap(({ copyId, cardId, setId }): Subject[] => [
    { kind: 'copy', subjectId: copyId },
    { kind: 'card', subjectId: cardId },
    ...(setId ? [{ kind: 'set' as const, subjectId: setId }] : []),
  ]);
  return [...new Map(all.map((subject) => [`${subject.kind}:${subject.subjectId}`, subject])).values()];
}

/** A price that alerts wait for: of a listing or a sale of a card. */
export interface Priced {
  cardId: string;
  on: 'listing' | 'sale';
  price: string;
  /** The listing or the sale. */
  reference: string;
}

/** The price that an event names for price alerts; undefined where it names none. */
export function pricedBy({ type, data }: Wide): Priced | undefined {
  const cardId = String(data.cardId);
  const price = String(data.price);
  if (type === 'listing.created' || type === 'listing.repriced') {
    return { cardId, on: 'listing', price, reference: String(data.listingId) };
  }
  if (type === 'sale.completed') return { cardId, on: 'sale', price, reference: String(data.saleId) };
  return undefined;
}

/** What a notification about such an event takes over from it. */
export function wideData({ type, data }: Wide): NotificationData {
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : undefined);
  const price = type === 'auction.created' ? text('startingPrice') : text('price');
  const taken = {
    ...{ listingId: text('listingId'), saleId: text('saleId'), auctionId: text('auctionId') },
    ...{ copyId: text('copyId'), cardId: text('cardId'), handle: text('sellerHandle') },
    ...{ price, previousPrice: text('previousPrice'), endsAt: text('endsAt') },
  };
  return Object.fromEntries(Object.entries(taken).filter(([, value]) => value)) as NotificationData;
}
