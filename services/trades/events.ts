import type { TradeSide, UserEvents } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';

/** The sides of an offer, whose topics hear of it. */
interface Sides {
  id: string;
  fromId: string;
  toId: string;
}

type TradeEvent = Extract<keyof UserEvents, `trade.${string}`>;

/** An event of an offer for both of its sides, each told which one it is and who is on the other. */
export function toBoth<T extends TradeEvent>(
  offer: Sides,
  type: T,
  data: Omit<UserEvents[T], keyof TradeSide>,
): NewEvent[] {
  const told = (accountId: string, side: TradeSide['side'], otherId: string): NewEvent => ({
    topic: `user:${accountId}`,
    type,
    data: { tradeOfferId: offer.id, side, otherId, ...data },
  });
  return [told(offer.fromId, 'sender', offer.toId), told(offer.toId, 'recipient', offer.fromId)];
}
