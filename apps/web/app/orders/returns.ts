import type { Auction, Offer, Transfer } from '../../data/types.ts';

/** Money that was held or had left, and is mine again. The amount is a decimal string of USDC. */
export interface Return {
  id: string;
  kind: 'offer' | 'bid' | 'withdrawal';
  amount: string;
  /** ISO 8601. */
  at: string;
  /** The card that it was about. */
  name: string | undefined;
  path: string;
  /** How the offer ended. */
  state?: Offer['state'];
}

/** Every return among offers, auctions and transfers of mine, the latest first. */
export function returnsOf(
  me: string,
  { offers, auctions, transfers }: { offers: Offer[]; auctions: Auction[]; transfers: Transfer[] },
): Return[] {
  const ended = offers.flatMap((offer): Return[] => {
    if (offer.state === 'open' || offer.state === 'accepted' || offer.closedAt === null) return [];
    const { id, copy, card, set, amount, closedAt, state } = offer;
    const path = copy ? `/copies/${copy.id}` : card ? `/cards/${card.id}` : `/sets/${set.id}`;
    const name = copy?.name ?? card?.name ?? set.name;
    return [{ id, kind: 'offer', amount, at: closedAt, name, path, state }];
  });
  const lost = auctions.flatMap((auction): Return[] => {
    const { id, state, leaderHandle, myMaximum, endsAt, lot } = auction;
    const isOver = state === 'sold' || state === 'unsold';
    if (!isOver || myMaximum === null || (state === 'sold' && leaderHandle === me)) return [];
    return [{ id, kind: 'bid', amount: myMaximum, at: endsAt, name: lot[0]?.name, path: `/auctions/${id}` }];
  });
  const failed = transfers.flatMap(({ id, kind, state, amount, createdAt }): Return[] =>
    kind === 'withdrawal' && state === 'returned'
      ? [{ id, kind: 'withdrawal', amount, at: createdAt, name: undefined, path: '/wallet' }]
      : [],
  );
  return [...ended, ...lost, ...failed].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
