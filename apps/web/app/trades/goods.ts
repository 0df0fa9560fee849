import type { CopySummary, SearchHit, TradeOffer } from '../../data/types.ts';

/** A copy on the table. */
export type TradeCopy = Pick<CopySummary, 'id' | 'name' | 'serial' | 'editionSize' | 'rarity' | 'artworkUrl'>;

/** The copies among what a search found. */
export function copiesOf(hits: readonly SearchHit[]): TradeCopy[] {
  return hits.flatMap(({ id, name, serial, editionSize, rarity, artworkUrl }) =>
    serial !== null && editionSize !== null && rarity && artworkUrl
      ? [{ id, name, serial, editionSize, rarity, artworkUrl }]
      : [],
  );
}

/** A trade offer as one of its two sides sees it. */
export interface Seen {
  /** The other side. */
  handle: string;
  /** Whether it was sent to me, so that I answer. */
  isReceived: boolean;
  iGive: TradeOffer['give'];
  iReceive: TradeOffer['give'];
}

/**
 * A trade offer from the side of one of the two.
 * @param me my handle
 */
export function seenBy(offer: TradeOffer, me: string): Seen {
  const isReceived = offer.fromHandle !== me;
  return {
    handle: isReceived ? offer.fromHandle : offer.toHandle,
    isReceived,
    iGive: isReceived ? offer.receive : offer.give,
    iReceive: isReceived ? offer.give : offer.receive,
  };
}
