import { admin } from './admin.ts';
import { auctions } from './auctions.ts';
import { auth } from './auth.ts';
import { bulkListings } from './bulk-listings.ts';
import { market } from './market.ts';
import { marketdata } from './marketdata.ts';
import { nfts } from './nfts.ts';
import { notificationCalls } from './notifications.ts';
import { offers } from './offers.ts';
import { portfolio } from './portfolio.ts';
import { search } from './search.ts';
import { trades } from './trades.ts';
import { users } from './users.ts';
import { wallet } from './wallet.ts';
import { webhookCalls } from './webhooks.ts';

/** Every call of the API, by service and name. */
export const operations = {
  auth,
  users,
  wallet,
  nfts,
  market: { ...market, ...bulkListings, ...offers },
  auctions,
  trades,
  search,
  portfolio,
  notifications: { ...notificationCalls, ...webhookCalls },
  marketdata,
  admin,
};

export type Operations = typeof operations;
