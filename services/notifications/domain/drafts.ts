import type { NotificationType } from '@ece/contract';
import type { NotificationData } from './render.ts';
import { accountOf, typeOf } from './rules.ts';

/** An event as rules see it. */
export interface SourceEvent {
  topic: string;
  sequence: bigint;
  type: string;
  data: Record<string, unknown>;
  at: Date;
}

/** A notification to make, before names are looked up. */
export interface Draft {
  accountId: string;
  type: NotificationType;
  topic: string;
  sequence: bigint;
  /** When what it tells happened. */
  at: Date;
  data: NotificationData;
  /** The account that it speaks of, whose handle is looked up. */
  otherId?: string;
}

/** Members that an event's data and a notification's share. */
const SHARED = [
  'auctionId',
  'listingId',
  'offerId',
  'tradeOfferId',
  'counterId',
  'copyId',
  'cardId',
  'transferId',
  'price',
  'amount',
  'endsAt',
  'expiresAt',
  'signature',
  'reason',
] as const;

/** The notification that an event makes for the account of its topic; undefined where it makes none. */
export function draftOf(event: SourceEvent): Draft | undefined {
  const accountId = accountOf(event.topic);
  const type = accountId && typeOf(event);
  if (!accountId || !type) return undefined;
  const { topic, sequence, at, data } = event;
  const otherId = data.otherId as string | undefined;
  return { accountId, type, topic, sequence, at, data: dataOf(data), ...(otherId && { otherId }) };
}

/** What a notification takes over from an event. */
export function dataOf(data: Record<string, unknown>): NotificationData {
  const handle = data.buyerHandle ?? data.fromHandle ?? data.sellerHandle;
  const taken = SHARED.flatMap((name) => (typeof data[name] === 'string' ? [[name, data[name]]] : []));
  return { ...Object.fromEntries(taken), ...(typeof handle === 'string' && { handle }) };
}
