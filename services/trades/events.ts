import type { UserEvents } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';

/** The sides of an offer, whose topics hear of it. */
interface Sides {
  id: string;
  fromId: string;
  toId: string;
}

type TradeEvent = Extract<keyof UserEvents, `trade.${string}`>;

/** An event of an offer for both of its sides. */
export function toBoth<T extends TradeEvent>(
  offer: Sides,
  type: T,
  data: Omit<UserEvents[T], 'tradeOfferId'>,
): NewEvent[] {
  return [offer.fromId, offer.toId].map((accountId) => ({
    topic: `user:${accountId}`,
    type,
    data: { tradeOfferId: offer.id, ...data },
  }));
}
