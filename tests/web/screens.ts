import type { Ece } from '@ece/sdk';

/** A screen as people see it. */
export interface Screen {
  /** Name of its picture. */
  name: string;
  path: string;
  /** Looked at by somebody who is signed in. */
  signedIn?: boolean;
  /** Looked at by an admin, where `npm run screens` is told of one. */
  asAdmin?: boolean;
}

/** Every screen, about things that the exchange has. */
export async function allScreens(ece: Ece): Promise<Screen[]> {
  const [sets, cards, listings, open, sold] = await Promise.all([
    ece.nfts.listSets({ limit: 1 }),
    ece.nfts.listCards({ rarity: 'legendary', limit: 1 }),
    ece.market.listListings({ limit: 1 }),
    ece.auctions.list({ state: 'open', limit: 1 }),
    ece.auctions.list({ state: 'sold', limit: 1 }),
  ]);
  const one = (name: string, kind: string, id: string | undefined, signedIn?: boolean): Screen[] =>
    id ? [{ name, path: `/${kind}/${id}`, signedIn }] : [];
  return [
    { name: 'home', path: '/' },
    { name: 'home-signed-in', path: '/', signedIn: true },
    { name: 'sign-in', path: '/sign-in' },
    { name: 'register', path: '/register' },
    { name: 'explore', path: '/explore' },
    { name: 'explore-copies', path: '/explore?kind=copy&view=table' },
    { name: 'explore-nothing', path: '/explore?q=zzqqxx' },
    { name: 'auctions', path: '/auctions' },
    { name: 'activity', path: '/activity', signedIn: true },
    ...one('set', 'sets', sets.items[0]?.id),
    ...one('set-mine', 'sets', sets.items[0]?.id, true),
    ...one('card', 'cards', cards.items[0]?.id),
    ...one('card-signed-in', 'cards', listings.items[0]?.copy.cardId, true),
    ...one('copy', 'copies', listings.items[0]?.copy.id, true),
    ...one('auction', 'auctions', open.items[0]?.id, true),
    ...one('auction-sold', 'auctions', sold.items[0]?.id),
    { name: 'wallet', path: '/wallet', signedIn: true },
    { name: 'sell', path: '/sell', signedIn: true },
    { name: 'account', path: '/account', signedIn: true },
    ...(['', 'halts', 'people', 'catalogue', 'minting', 'audit'] as const).map((part) => ({
      name: part ? `operator-${part}` : 'operator',
      path: `/operator/${part}`.replace(/\/$/, ''),
      asAdmin: true,
    })),
    { name: 'account-sessions', path: '/account/sessions', signedIn: true },
    { name: 'account-preferences', path: '/account/preferences', signedIn: true },
    ...one('person', 'people', open.items[0]?.sellerHandle),
    { name: 'notifications', path: '/notifications', signedIn: true },
    { name: 'notifications-mail', path: '/notifications/mail', signedIn: true },
    { name: 'trades', path: '/trades?view=all', signedIn: true },
    { name: 'trade-with', path: '/trades/new', signedIn: true },
    ...(open.items[0]
      ? [{ name: 'trade-table', path: `/trades/new?with=${open.items[0].sellerHandle}`, signedIn: true }]
      : []),
    { name: 'offers', path: '/offers', signedIn: true },
    { name: 'offers-made', path: '/offers?view=made&state=all', signedIn: true },
    { name: 'watchlist', path: '/watchlist', signedIn: true },
    { name: 'price-alerts', path: '/watchlist?view=alerts', signedIn: true },
    { name: 'orders', path: '/orders', signedIn: true },
    { name: 'orders-sold', path: '/orders?view=sold', signedIn: true },
    { name: 'orders-bids', path: '/orders?view=bids', signedIn: true },
    { name: 'orders-refunds', path: '/orders?view=returned', signedIn: true },
    { name: 'portfolio', path: '/portfolio', signedIn: true },
    { name: 'gallery', path: '/gallery' },
    { name: 'not-found', path: '/nothing-here' },
  ];
}
