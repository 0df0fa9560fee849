/**
 * Every error code that the API answers with: HTTP status and title (RFC 9457).
 * A code never changes its meaning; clients act on it, and people read title and detail.
 */
export const errors = {
  validation_failed: [400, 'The request does not fit its schema'],
  malformed_json: [400, 'The body is not valid JSON'],
  malformed_request: [400, 'This is not an HTTP request'],
  idempotency_key_required: [400, 'This call needs an Idempotency-Key header'],
  unauthenticated: [401, 'Sign in first'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  forbidden: [403, 'You may not do this'],
  origin_refused: [403, 'The request comes from another site'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'This address does not take that method'],
  request_timeout: [408, 'The request did not arrive in time'],
  payload_too_large: [413, 'The request is too large'],
  unsupported_media_type: [415, 'Send the body as application/json'],
  too_many_requests: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers of the request are too large'],
  internal_error: [500, 'Something went wrong on our side'],
  overloaded: [503, 'The exchange is busy, try again'],
  unavailable: [503, 'A part of the exchange is not available'],

  idempotency_key_reused: [409, 'This Idempotency-Key was used with another request'],
  email_taken: [409, 'An account with this e-mail exists'],
  handle_taken: [409, 'This handle is taken'],
  handle_reserved: [409, 'This handle is reserved'],
  last_admin: [409, 'The exchange needs an admin'],

  insufficient_funds: [409, 'The available balance is too low'],
  invalid_address: [422, 'This is not a Solana wallet address'],
  own_address: [422, 'This address belongs to the exchange'],
  amount_too_small: [422, 'The amount is too small'],
  amount_too_large: [422, 'The amount is too large'],
  not_in_wallet: [409, 'The wallet does not hold this'],
  not_a_deposit: [422, 'This is no signed payment to your deposit address'],
  transaction_expired: [409, 'This transaction has become too old'],
  transaction_refused: [409, 'The chain does not take this transaction'],
  faucet_disabled: [403, 'The faucet works on the local chain only'],

  set_code_taken: [409, 'A set with this code exists'],
  card_number_taken: [409, 'This set has a card with this number'],
  edition_exhausted: [409, 'The edition has no copies left to mint'],
  unsupported_artwork: [422, 'The artwork is not a PNG, JPEG, WebP or safe SVG image'],
  import_rejected: [422, 'The catalogue has errors, nothing was imported'],

  copy_not_owned: [403, 'This copy belongs to somebody else'],
  copy_committed: [409, 'This copy is already listed, in an auction, in a trade or on its way'],
  copy_away: [409, 'This copy is in an outside wallet'],
  copy_stale: [409, 'This copy has changed hands'],

  listing_closed: [409, 'This listing is no longer open'],
  price_changed: [409, 'The price has changed'],
  own_listing: [409, 'This is your own listing'],
  bulk_refused: [409, 'Not every item can be had, so none was'],

  offer_closed: [409, 'This offer is no longer open'],
  offer_expired: [409, 'This offer has expired'],
  offer_mismatch: [422, 'The offer is not for this copy'],
  offer_not_personal: [409, 'This offer is made to more than one owner'],
  own_offer: [409, 'This is your own offer'],
  own_copy: [409, 'This is your own copy'],
  too_many_offers: [409, 'You have too many open offers'],

  auction_not_open: [409, 'This auction does not take bids'],
  auction_not_started: [409, 'This auction has not started'],
  auction_ended: [409, 'This auction has ended'],
  auction_has_bids: [409, 'An auction with bids cannot be cancelled'],
  own_auction: [409, 'This is your own auction'],
  bid_too_low: [409, 'The bid is below the least that is accepted'],
  maximum_not_raised: [409, 'Your maximum is already that high'],
  no_buy_now: [409, 'This auction cannot be bought at once'],
  invalid_schedule: [422, 'The times of this auction do not fit'],
  invalid_prices: [422, 'The prices of this auction do not fit'],

  trading_halted: [409, 'Trading is halted'],
  withdrawals_halted: [409, 'Withdrawals are halted'],
  account_frozen: [403, 'An account that takes part in this is frozen'],
  already_halted: [409, 'Trading of this is halted already'],
  not_halted: [409, 'Trading of this is not halted'],
  already_frozen: [409, 'This account is frozen already'],
  not_frozen: [409, 'This account is not frozen'],

  limit_reached: [409, 'One account cannot have more of these'],
  webhook_url_refused: [422, 'Webhooks cannot be sent to this address'],
  webhook_disabled: [409, 'This webhook is switched off'],
  delivery_queued: [409, 'This delivery is under way already'],

  trade_offer_closed: [409, 'This trade offer is no longer open'],
  trade_offer_expired: [409, 'This trade offer has expired'],
  trade_with_self: [422, 'Choose somebody else to trade with'],
  trade_empty: [422, 'Both sides must give something'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errors;

/** What every act of trade may be refused with while the operator has stopped it. */
export const GATE_ERRORS = ['trading_halted', 'account_frozen'] as const satisfies readonly ErrorCode[];

/** The HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return errors[code][0];
}

/** The title of a code, in English. */
export function titleOf(code: ErrorCode): string {
  return errors[code][1];
}
