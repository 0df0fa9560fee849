/**
 * What people are told of, and whether a mail goes out about it where they have chosen nothing. A type never
 * changes its meaning; clients show notifications by type and data.
 */
export const NOTIFICATION_TYPES = {
  outbid: { mail: true },
  auction_won: { mail: true },
  auction_sold: { mail: true },
  auction_unsold: { mail: true },
  auction_ending: { mail: true },
  listing_sold: { mail: true },
  offer_expiring: { mail: true },
  offer_received: { mail: true },
  offer_withdrawn: { mail: false },
  offer_accepted: { mail: true },
  offer_declined: { mail: false },
  offer_expired: { mail: false },
  offer_void: { mail: false },
  trade_offered: { mail: true },
  trade_countered: { mail: true },
  trade_accepted: { mail: true },
  trade_declined: { mail: false },
  trade_withdrawn: { mail: false },
  trade_expired: { mail: false },
  trade_void: { mail: false },
  trade_expiring: { mail: true },
  watch_listed: { mail: false },
  watch_auctioned: { mail: false },
  watch_price_drop: { mail: true },
  price_alert: { mail: true },
  deposit_final: { mail: true },
  withdrawal_final: { mail: true },
  withdrawal_returned: { mail: true },
  copy_minted: { mail: false },
  copy_arrived: { mail: true },
  copy_withdrawn: { mail: true },
  webhook_disabled: { mail: true },
  account_frozen: { mail: true },
  account_unfrozen: { mail: true },
} as const satisfies Record<string, { mail: boolean }>;

export type NotificationType = keyof typeof NOTIFICATION_TYPES;

export const notificationTypes = Object.keys(NOTIFICATION_TYPES) as [NotificationType, ...NotificationType[]];
