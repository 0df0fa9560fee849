import type { NotificationsContext } from './api.ts';
import type { Draft } from './domain/drafts.ts';
import type { NotificationData } from './domain/render.ts';

const unique = (values: (string | undefined)[]) => [...new Set(values.filter((v) => v !== undefined))];

/** Asks a neighbour about some ids, unless there are none. */
async function ask<T>(
  ids: string[],
  question: (ids: string[]) => Promise<Record<string, T>>,
): Promise<Record<string, T>> {
  return ids.length > 0 ? await question(ids) : {};
}

/**
 * Completes drafts with what a client needs to show them: names and artwork of cards, the handle of the other
 * person. One call to each neighbour for all of them. What a neighbour does not know stays away.
 */
export async function hydrate(context: NotificationsContext, drafts: Draft[]): Promise<Draft[]> {
  if (drafts.length === 0) return [];
  const { auctions, nfts, users } = context;
  const auctionIds = unique(drafts.map((draft) => draft.data.auctionId));
  const otherIds = unique(drafts.map((draft) => draft.otherId));
  const [facts, handles] = await Promise.all([
    ask(auctionIds, (ids) => auctions.facts(ids)),
    ask(otherIds, (ids) => users.handles(ids)),
  ]);
  const copyOf = ({ data }: Draft) => data.copyId ?? facts[data.auctionId ?? '']?.lot[0]?.copyId;
  const cardIds = unique(drafts.filter((draft) => !copyOf(draft)).map((draft) => draft.data.cardId));
  const [copies, cards] = await Promise.all([
    ask(unique(drafts.map(copyOf)), (ids) => nfts.summaries(ids)),
    ask(cardIds, (ids) => nfts.cardFacts(ids)),
  ]);
  return drafts.map((draft): Draft => {
    const { data, otherId } = draft;
    const copy = copies[copyOf(draft) ?? ''];
    const card = copy ?? cards[data.cardId ?? ''];
    const auction = facts[data.auctionId ?? ''];
    const handle = handles[otherId ?? ''];
    const named: NotificationData = {
      ...data,
      ...(copy && { copyId: copy.id, cardId: copy.cardId, serial: copy.serial }),
      ...(card && { cardName: card.name, setCode: card.setCode, artworkUrl: card.artworkUrl }),
      ...(auction && { lotSize: auction.lot.length }),
      ...(handle && { handle }),
    };
    return { ...draft, data: named };
  });
}
