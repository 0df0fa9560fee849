import type { Tx } from '@ece/platform/db/database';

/** How many of each thing one account may have. */
export const MOST = { watches: 1000, priceAlerts: 500, webhooks: 20 } as const;

/** Makes calls of one account that count what it has wait for each other until the transaction ends. */
export async function lockLimits(tx: Tx, accountId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`notifications.limits:${accountId}`}, 0))`;
}
