import type { Ece } from '@ece/sdk/browser';

type AnswerOf<C extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<C>>;
type ItemOf<C extends (...args: never[]) => Promise<{ items: unknown[] }>> = AnswerOf<C>['items'][number];

export type Auction = AnswerOf<Ece['auctions']['get']>;
export type Bid = ItemOf<Ece['auctions']['bids']>;
export type Card = AnswerOf<Ece['nfts']['getCard']>;
export type CardSet = AnswerOf<Ece['nfts']['getSet']>;
export type Copy = ItemOf<Ece['nfts']['listCopies']>;
export type CopyDetail = AnswerOf<Ece['nfts']['getCopy']>;
export type CopyEvent = ItemOf<Ece['nfts']['copyHistory']>;
export type CopySummary = Auction['lot'][number];
export type Listing = AnswerOf<Ece['market']['getListing']>;
export type Sale = ItemOf<Ece['market']['listSales']>;
export type Quote = AnswerOf<Ece['market']['quote']>;
export type Wallet = AnswerOf<Ece['wallet']['get']>;
export type Entry = ItemOf<Ece['wallet']['entries']>;
export type Transfer = ItemOf<Ece['wallet']['transfers']>;
export type Profile = AnswerOf<Ece['users']['get']>;
export type SignedInSession = ItemOf<Ece['auth']['sessions']>;
export type OwnProfile = AnswerOf<Ece['users']['me']>;
export type Notification = ItemOf<Ece['notifications']['list']>;
export type NotificationType = Notification['type'];
export type MailPreference = ItemOf<Ece['notifications']['preferences']>;
export type TradeOffer = AnswerOf<Ece['trades']['get']>;
export type Estimate = ItemOf<Ece['portfolio']['estimates']>;
/** Estimates by the id of the copy. */
export type Estimates = Readonly<Record<string, Estimate>>;
export type Portfolio = AnswerOf<Ece['portfolio']['get']>;
export type Holding = Portfolio['holdings'][number];
export type PortfolioDay = AnswerOf<Ece['portfolio']['history']>['points'][number];
export type RealisedGain = ItemOf<Ece['portfolio']['gains']>;
export type SearchPage = AnswerOf<Ece['search']['search']>;
export type SearchHit = SearchPage['items'][number];
export type SearchFacets = NonNullable<SearchPage['facets']>;
export type Suggestions = AnswerOf<Ece['search']['suggest']>;
