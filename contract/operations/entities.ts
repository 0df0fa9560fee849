/** The things that answers are made of. */
export { AdminUser, AuditEntry, Freeze, Halt } from './admin.ts';
export { Auction, AuctionState, Bid, BidAnswer } from './auctions.ts';
export { Session, SignedInSession } from './auth.ts';
export { ItemProblem } from './bulk-listings.ts';
export { Listing, Quote, Sale } from './market.ts';
export { CardMarket, CardSeries, Holder, MarketTotals, Mover, Series, SetMarket } from './marketdata.ts';
export {
  Artwork,
  Card,
  CardSet,
  CardSummary,
  Commitment,
  Copy,
  CopyDetail,
  CopyEvent,
  CopySummary,
  CopyWithdrawal,
  OnChain,
  SetSummary,
} from './nfts.ts';
export { Notification, NotificationData, Preference, PriceAlert, Watch } from './notifications.ts';
export { BestOffer, Offer } from './offers.ts';
export { Estimate, Holding } from './portfolio.ts';
export { SearchFacets, SearchHit } from './search.ts';
export { TradeOffer } from './trades.ts';
export { OwnProfile, Profile } from './users.ts';
export { Entry, Transfer, Wallet } from './wallet.ts';
export { Webhook, WebhookDelivery } from './webhooks.ts';
