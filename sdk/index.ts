/**
 * The typed client of ECE's API. Every method is made from the contract:
 * `ece.auctions.bid({ id, maximum: '12.5' })` answers what `POST /auctions/:id/bids` answers.
 */

export type { ErrorCode, EventType, entities, FeedEvent, Problem } from '@ece/contract';
export { formatMoney, parseMoney } from '@ece/contract';
export { type CallTable, callTable } from './calls.ts';
export { createClient } from './client.ts';
export type { ClientOptions, Credentials, Ece } from './client-of.ts';
export { EceError } from './error.ts';
export { type Feed, type FeedHandlers, openFeed } from './feed.ts';
export {
  type VerifyOptions,
  verifyWebhook,
  WebhookError,
  type WebhookEvent,
  type WebhookHeaders,
} from './webhook.ts';
