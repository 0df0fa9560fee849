/**
 * The typed client of ECE's API. Every method is made from the contract:
 * `ece.auctions.bid({ id, maximum: '12.5' })` answers what `POST /auctions/:id/bids` answers.
 */

export type { ErrorCode, EventType, entities, FeedEvent, Problem } from '@ece/contract';
export { formatMoney, parseMoney } from '@ece/contract';
export { type ClientOptions, type Credentials, createClient, type Ece } from './client.ts';
export { EceError } from './error.ts';
export { type Feed, type FeedHandlers, openFeed } from './feed.ts';
export {
  type VerifyOptions,
  verifyWebhook,
  WebhookError,
  type WebhookEvent,
  type WebhookHeaders,
} from './webhook.ts';
