import type { Ece } from '@ece/sdk/browser';
import type { Card, Copy } from '../../../data/types.ts';
import type { ListPage } from '../../../parts/more.tsx';

/** A copy with the card that it is of. */
export interface CopyWithCard extends Copy {
  card: Card;
}

/** Adds their cards to a page of copies; each card is asked for once. */
export async function withCards(ece: Ece, copies: ListPage<Copy>): Promise<ListPage<CopyWithCard>> {
  const ids = [...new Set(copies.items.map(({ cardId }) => cardId))];
  const cards = new Map(
    (await Promise.all(ids.map((id) => ece.nfts.getCard({ id })))).map((card) => [card.id, card]),
  );
  return { ...copies, items: copies.items.map((copy) => ({ ...copy, card: cards.get(copy.cardId)! })) };
}
