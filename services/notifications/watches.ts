import { type entities, ok, type Result, refuse, type Static } from '@ece/contract';
import { transaction } from '@ece/platform/db/database';
import type { NotificationsContext } from './api.ts';
import { AUCTION_LEAD_MS, dueBefore } from './domain/reminders.ts';
import type { Subject } from './domain/subjects.ts';
import { lockLimits, MOST } from './limits.ts';
import { changeReminders, dropAuctionReminder } from './reminder-store.ts';
import { countWatches, deleteWatchRow, findWatch, insertWatch, type WatchRow } from './watch-store.ts';

export type Watch = Static<typeof entities.Watch>;

/** Makes an account watch something. See the contract for its refusals. */
export async function createWatch(
  context: NotificationsContext,
  accountId: string,
  subject: Subject,
): Promise<Result<Watch>> {
  const end = await endOf(context, subject);
  if (!end.ok) return end;
  const made = await transaction<WatchRow>(context.db, async (tx) => {
    await lockLimits(tx, accountId);
    const there = await findWatch(tx, accountId, subject);
    if (there) return ok(there);
    if ((await countWatches(tx, accountId)) >= MOST.watches) return refuse('limit_reached');
    const row = await insertWatch(tx, accountId, subject);
    const endsAt = end.value;
    if (endsAt) {
      const dueAt = dueBefore(row.createdAt, endsAt, AUCTION_LEAD_MS);
      const reminder = { kind: 'auction' as const, reference: subject.subjectId, accountId, otherId: null };
      await changeReminders(tx, { set: [{ ...reminder, dueAt, endsAt }], move: [], drop: [] });
    }
    return ok(row);
  });
  if (!made.ok) return made;
  const [watch] = await presentWatches(context, [made.value]);
  return ok(watch!);
}

/** When an auction ends; undefined for other things. Refusals: `not_found`, `auction_ended`. */
async function endOf(
  { auctions, nfts }: NotificationsContext,
  { kind, subjectId }: Subject,
): Promise<Result<Date | undefined>> {
  if (kind === 'auction') {
    const auction = (await auctions.facts([subjectId]))[subjectId];
    if (!auction) return refuse('not_found', 'There is no such auction.');
    const runs = auction.state === 'open' || auction.state === 'scheduled';
    return runs ? ok(auction.endsAt) : refuse('auction_ended');
  }
  const known = {
    card: () => nfts.cardFacts([subjectId]),
    set: () => nfts.setFacts([subjectId]),
    copy: () => nfts.summaries([subjectId]),
  }[kind];
  return (await known())[subjectId] ? ok(undefined) : refuse('not_found', `There is no such ${kind}.`);
}

/** Ends a watch of an account. Refusal: `not_found`. */
export async function deleteWatch(
  { db }: NotificationsContext,
  accountId: string,
  id: string,
): Promise<Result<undefined>> {
  return await transaction(db, async (tx) => {
    const row = await deleteWatchRow(tx, accountId, id);
    if (!row) return refuse('not_found');
    if (row.kind === 'auction') await dropAuctionReminder(tx, row.subjectId, accountId);
    return ok(undefined);
  });
}

/** Watches as the contract shows them, in their order; one call to each neighbour for all of them. */
export async function presentWatches(
  { auctions, nfts }: NotificationsContext,
  rows: WatchRow[],
): Promise<Watch[]> {
  if (rows.length === 0) return [];
  const ids = (kind: Subject['kind']) => rows.filter((row) => row.kind === kind).map((row) => row.subjectId);
  const facts = await auctions.facts(ids('auction'));
  const copyOf = ({ kind, subjectId }: WatchRow) =>
    kind === 'copy' ? subjectId : (facts[subjectId]?.lot[0]?.copyId ?? '');
  const [cards, sets, copies] = await Promise.all([
    nfts.cardFacts(ids('card')),
    nfts.setFacts(ids('set')),
    nfts.summaries([...new Set(rows.map(copyOf).filter(Boolean))]),
  ]);
  return rows.map((row) => {
    const shown = { card: cards[row.subjectId], set: sets[row.subjectId] };
    const copy = copies[copyOf(row)];
    const artworkUrl = shown.card?.artworkUrl ?? copy?.artworkUrl ?? null;
    const only = (kind: Subject['kind']) => (row.kind === kind ? row.subjectId : null);
    return {
      ...{ id: row.id, kind: row.kind },
      ...{ cardId: only('card'), setId: only('set'), copyId: only('copy'), auctionId: only('auction') },
      name: shown.card?.name ?? shown.set?.name ?? copy?.name ?? '',
      ...{ serial: copy?.serial ?? null, editionSize: copy?.editionSize ?? null },
      artworkUrl,
      createdAt: row.createdAt.toISOString(),
    };
  });
}
