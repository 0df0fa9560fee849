import { type entities, formatMoney, MAX_AMOUNT, ok, type Result, refuse, type Static } from '@ece/contract';
import { atomically, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import {
  type AlertRow,
  countAlerts,
  deleteAlertRow,
  fireAlerts,
  insertAlert,
  type NewAlert,
  readAlert,
} from './alert-store.ts';
import type { NotificationsContext } from './api.ts';
import { deliver } from './deliver.ts';
import { reaches } from './domain/alerts.ts';
import type { Draft } from './domain/drafts.ts';
import { hydrate } from './hydrate.ts';
import { lockLimits, MOST } from './limits.ts';

export type PriceAlert = Static<typeof entities.PriceAlert>;

/**
 * Makes a price alert. It is armed and committed first, then the open listings are looked at: a listing that
 * comes meanwhile is seen here or by its event, and an alert fires once for each. See the contract for its
 * refusals.
 */
export async function createAlert(
  context: NotificationsContext,
  wanted: Omit<NewAlert, 'id'>,
): Promise<Result<PriceAlert>> {
  const { db, nfts } = context;
  if (wanted.price <= 0n) return refuse('amount_too_small');
  if (wanted.price > MAX_AMOUNT) return refuse('amount_too_large');
  if (!(await nfts.cardFacts([wanted.cardId]))[wanted.cardId]) {
    return refuse('not_found', 'There is no such card.');
  }
  const alert: NewAlert = { id: newId(), ...wanted };
  const made = await transaction<undefined>(db, async (tx) => {
    await lockLimits(tx, alert.accountId);
    if ((await countAlerts(tx, alert.accountId)) >= MOST.priceAlerts) return refuse('limit_reached');
    await insertAlert(tx, alert);
    return ok(undefined);
  });
  if (!made.ok) return made;
  if (alert.kind === 'listing') await fireWhereReached(context, alert);
  const row = await readAlert(db, alert.id);
  if (!row) return refuse('not_found');
  const [shown] = await presentAlerts(context, [row]);
  return ok(shown!);
}

/** Fires a new alert where an open listing of somebody else reaches its price already. */
async function fireWhereReached(context: NotificationsContext, alert: NewAlert): Promise<void> {
  const { cheapest, dearest } = await context.market.listingRange(alert.cardId, alert.accountId);
  const listing = alert.direction === 'below' ? cheapest : dearest;
  if (!listing || !reaches(alert, listing.price)) return;
  const price = formatMoney(listing.price);
  const draft: Draft = {
    accountId: alert.accountId,
    type: 'price_alert',
    topic: `alert:${alert.id}`,
    sequence: 0n,
    at: new Date(),
    data: {
      ...{ alertId: alert.id, listingId: listing.id, copyId: listing.copyId, cardId: alert.cardId },
      ...{ direction: alert.direction, on: alert.kind, price, threshold: formatMoney(alert.price) },
    },
  };
  const drafts = await hydrate(context, [draft]);
  await atomically(context.db, async (tx) => {
    const fired = await fireAlerts(tx, [alert.id], { price, reference: listing.id });
    if (fired.length > 0) await deliver(context, tx, drafts);
  });
  context.hint();
}

/** Deletes a price alert of an account. Refusal: `not_found`. */
export async function deleteAlert(
  { db }: NotificationsContext,
  accountId: string,
  id: string,
): Promise<Result<undefined>> {
  return (await deleteAlertRow(db, accountId, id)) ? ok(undefined) : refuse('not_found');
}

/** Price alerts as the contract shows them, in their order. */
export async function presentAlerts({ nfts }: NotificationsContext, rows: AlertRow[]): Promise<PriceAlert[]> {
  if (rows.length === 0) return [];
  const cards = await nfts.cardFacts([...new Set(rows.map((row) => row.cardId))]);
  return rows.map((row) => ({
    ...{ id: row.id, cardId: row.cardId, direction: row.direction, on: row.kind },
    cardName: cards[row.cardId]?.name ?? '',
    artworkUrl: cards[row.cardId]?.artworkUrl ?? null,
    price: formatMoney(row.price),
    ...{ repeat: row.repeat, state: row.state, firedCount: row.firedCount },
    firedAt: row.firedAt?.toISOString() ?? null,
    firedPrice: row.firedPrice === null ? null : formatMoney(row.firedPrice),
    createdAt: row.createdAt.toISOString(),
  }));
}
