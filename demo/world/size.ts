/** How large a made-up world is. */
export interface WorldSize {
  people: number;
  /** People who made sets and earn their royalties. */
  creators: number;
  sets: number;
  cards: number;
  copies: number;
  /** Days of the past in which sales happened. */
  days: number;
  sales: number;
  auctions: number;
  listings: number;
  trades: number;
  /** Offers to buy. */
  offers: number;
}

/** The sizes that can be asked for. */
export const WORLD_SIZES = {
  /** A few of everything, made in seconds: for development and tests. */
  small: {
    people: 8,
    creators: 2,
    sets: 2,
    cards: 24,
    copies: 240,
    days: 60,
    sales: 500,
    auctions: 12,
    listings: 30,
    trades: 6,
    offers: 12,
  },
  /** What an exchange looks like after some years. */
  large: {
    people: 2_000,
    creators: 20,
    sets: 60,
    cards: 3_600,
    copies: 100_000,
    days: 730,
    sales: 1_000_000,
    auctions: 10_000,
    listings: 20_000,
    trades: 2_000,
    offers: 4_000,
  },
} as const satisfies Record<string, WorldSize>;
