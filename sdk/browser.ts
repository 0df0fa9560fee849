/**
 * The client for a page of the exchange itself. The session cookie says who calls, so there is no token to
 * keep; and the calls come as a table that was made when the page was built, so the contract's schemas are
 * not loaded.
 */

export type { ErrorCode, EventType, EventTypes, entities, FeedEvent } from '@ece/contract';
export { formatMoney, MAX_AMOUNT, parseMoney } from '@ece/contract/money';
export type { CallTable } from './calls.ts';
export { type ClientOptions, clientOf, type Ece } from './client-of.ts';
export { EceError } from './error.ts';
export type { Feed, FeedHandlers } from './feed.ts';
