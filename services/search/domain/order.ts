/** `ending` lists only what is in an auction; the others put what lacks a value last. */
export type Sort = 'relevance' | 'newest' | 'cheapest' | 'dearest' | 'ending' | 'recently_sold' | 'serial';

/** What an order goes by; `id` and `card` are UUIDs, the others are whole numbers. */
export type OrderKey = 'score' | 'card' | 'id' | 'serial' | 'cheapest' | 'dearest' | 'ends' | 'sold';

export interface OrderPart {
  key: OrderKey;
  down: boolean;
}

/** What stands for a value that is not there, so that it comes last. */
export const LAST_PRICE = 9_223_372_036_854_775_807n;
export const LAST_SERIAL = 2_147_483_647;
export const NO_VALUE = -1;

const up = (key: OrderKey): OrderPart => ({ key, down: false });
const down = (key: OrderKey): OrderPart => ({ key, down: true });

/**
 * The order of a sort, the same in each engine, so that the pages of one go on in another. It has no ties: its
 * last part is the id.
 * @param byCard copies by how well their card fits: all of a card's copies in a row
 */
export function orderOf(sort: Sort, byCard: boolean): OrderPart[] {
  switch (sort) {
    case 'relevance':
      return byCard ? [down('score'), up('card'), up('serial'), up('id')] : [down('score'), down('id')];
    case 'newest':
      return [down('id')];
    case 'cheapest':
      return [up('cheapest'), up('id')];
    case 'dearest':
      return [down('dearest'), down('id')];
    case 'ending':
      return [up('ends'), up('id')];
    case 'recently_sold':
      return [down('sold'), down('id')];
    case 'serial':
      return [up('serial'), up('id')];
  }
}
