import { formatMoney } from '@ece/contract';
import { atomically, type Tx } from '@ece/platform/db/database';
import { fireAlerts, passAlerts } from './alert-store.ts';
import type { NotificationsContext } from './api.ts';
import { deliver } from './deliver.ts';
import type { Draft, SourceEvent } from './domain/drafts.ts';
import {
  type AboutCopy,
  FANOUT_EVENTS,
  pricedBy,
  subjectsOf,
  watchTypeOf,
  wideData,
} from './domain/subjects.ts';
import {
  advanceFanout,
  endFanout,
  type Fanout,
  lockFanout,
  nextFanout,
  type ReachedAlert,
  reachedAlerts,
  watchedSubjects,
  watchersAfter,
} from './fanout-store.ts';
import { hydrate } from './hydrate.ts';

/** Accounts told in one transaction. */
const PAGE = 500;

/** Those of some events that somebody waits for: a watcher, or a price alert. Asked before the transaction. */
export async function awaited(context: NotificationsContext, events: SourceEvent[]): Promise<SourceEvent[]> {
  const wide = events.filter((event) => FANOUT_EVENTS.includes(event.type));
  if (wide.length === 0) return [];
  const copies = await copiesOf(context, wide);
  const subjects = subjectsOf([...copies.values()].flat());
  const watched = new Set(
    (await watchedSubjects(context.db, subjects)).map(({ kind, subjectId }) => `${kind}:${subjectId}`),
  );
  const found: SourceEvent[] = [];
  for (const event of wide) {
    const isWatched =
      watchTypeOf(event) !== undefined &&
      subjectsOf(copies.get(event)!).some(({ kind, subjectId }) => watched.has(`${kind}:${subjectId}`));
    const priced = pricedBy(event);
    if (isWatched || (priced && (await reachedAlerts(context.db, priced, 1)).length > 0)) found.push(event);
  }
  return found;
}

/** The copies that events are about, with the sets of their cards. One call to each neighbour for all. */
async function copiesOf<E extends Pick<SourceEvent, 'data'>>(
  { auctions, nfts }: NotificationsContext,
  events: E[],
): Promise<Map<E, AboutCopy[]>> {
  const auctionIds = events.flatMap(({ data }) => (data.copyId ? [] : [String(data.auctionId)]));
  const facts = auctionIds.length > 0 ? await auctions.facts([...new Set(auctionIds)]) : {};
  const lots = events.map(({ data }) =>
    data.copyId
      ? [{ copyId: String(data.copyId), cardId: String(data.cardId) }]
      : (facts[String(data.auctionId)]?.lot ?? []),
  );
  const cards = await nfts.cardFacts([...new Set(lots.flat().map((copy) => copy.cardId))]);
  return new Map(
    events.map((event, index) => [
      event,
      lots[index]!.map((copy) => ({ ...copy, setId: cards[copy.cardId]?.setId })),
    ]),
  );
}

/**
 * Tells a page of accounts of the event that has been waiting longest: first the owners of price alerts, then
 * watchers. How far it has come is written in the transaction that tells them, so each is told once.
 * @returns true when there is more to do at once
 */
export async function fanOut(context: NotificationsContext): Promise<boolean> {
  const fanout = await nextFanout(context.db);
  if (!fanout) return false;
  const concerned = await concernedBy(context, fanout);
  const priced = pricedBy(fanout);
  const alerts = priced ? await reachedAlerts(context.db, priced, PAGE) : [];
  if (alerts.length > 0) {
    const drafts = await hydrate(context, alertDrafts(fanout, alerts));
    const draftOf = new Map(alerts.map((alert, index) => [alert.id, drafts[index]!]));
    await inTurn(context, fanout, async (tx) => {
      const own = alerts.filter((alert) => concerned.has(alert.accountId));
      const due = alerts.filter((alert) => !concerned.has(alert.accountId));
      await passAlerts(tx, idsOf(own), priced!);
      const fired = await fireAlerts(tx, idsOf(due), priced!);
      await advanceFanout(tx, fanout, fanout.afterAccount);
      await deliver(
        context,
        tx,
        fired.map((id) => draftOf.get(id)!),
      );
    });
    return true;
  }
  const copies = (await copiesOf(context, [fanout])).get(fanout)!;
  const type = watchTypeOf(fanout);
  const accounts = type ? await watchersAfter(context.db, subjectsOf(copies), fanout.afterAccount, PAGE) : [];
  const told = accounts.filter((accountId) => !concerned.has(accountId));
  const [shared] = type ? await hydrate(context, [watchDraft(fanout, type, copies)]) : [];
  await inTurn(context, fanout, async (tx) => {
    if (accounts.length === PAGE) await advanceFanout(tx, fanout, accounts.at(-1)!);
    else await endFanout(tx, fanout);
    if (shared)
      await deliver(
        context,
        tx,
        told.map((accountId) => ({ ...shared, accountId })),
      );
  });
  return true;
}

/** Who takes part in what happened: they are not told what they did themselves. */
async function concernedBy(
  { users, auctions }: NotificationsContext,
  { data }: Fanout,
): Promise<Set<string>> {
  const handles = [data.sellerHandle, data.buyerHandle].filter((handle) => typeof handle === 'string');
  const people = await Promise.all(handles.map((handle) => users.byHandle(handle as string)));
  const ids = people.flatMap((person) => (person ? [person.id] : []));
  if (typeof data.auctionId !== 'string') return new Set(ids);
  const seller = (await auctions.facts([data.auctionId]))[data.auctionId]?.sellerId;
  return new Set(seller ? [...ids, seller] : ids);
}

const idsOf = (alerts: ReachedAlert[]) => alerts.map((alert) => alert.id);

async function inTurn(
  context: NotificationsContext,
  fanout: Fanout,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  await atomically(context.db, async (tx) => {
    if (await lockFanout(tx, fanout)) await work(tx);
  });
  context.hint();
}

function alertDrafts(fanout: Fanout, alerts: ReachedAlert[]): Draft[] {
  const { topic, sequence, at } = fanout;
  const on = pricedBy(fanout)!.on;
  return alerts.map(({ id, accountId, direction, price }) => ({
    ...{ accountId, type: 'price_alert', topic, sequence, at },
    data: { ...wideData(fanout), alertId: id, direction, on, threshold: formatMoney(price) },
  }));
}

function watchDraft(fanout: Fanout, type: Draft['type'], copies: AboutCopy[]): Draft {
  const { topic, sequence, at } = fanout;
  const data = { ...wideData(fanout), ...(copies[0] && { copyId: copies[0].copyId }) };
  return { accountId: '', type, topic, sequence, at, data };
}
