import { ok, type Result } from '@ece/contract';
import type { Royalty } from '@ece/nfts';
import { copyRows } from '@ece/platform/db/copy';
import { type Tx, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { bindCopies, type CopyRow, lockAccounts, readCopies, setHolds } from '@ece/vault';
import type { AuctionsContext } from './api.ts';
import { type AuctionState, applyBids, type Bid } from './domain/bidding.ts';
import { completeTerms, type RequestedTerms, type Terms } from './domain/terms.ts';
import { createdEvent } from './events.ts';
import { databaseNow } from './store.ts';

/** An auction that began before and has not ended. Its start is in the past. */
export interface OpenAuction extends RequestedTerms {
  sellerId: string;
  copyIds: string[];
  startsAt: number;
  /** In the order of their times. */
  bids: Bid[];
}

interface Opened {
  id: string;
  auction: OpenAuction;
  terms: Terms;
}

interface Played extends Opened {
  after: AuctionState;
  log: { bid: Bid; state: AuctionState }[];
}

/**
 * Brings in auctions that are under way; see `AuctionsApi.importOpen`. Their copies are bound, their leaders'
 * maxima held. An event tells of each auction; what was bid before is history.
 */
export async function importOpen(
  context: AuctionsContext,
  auctions: OpenAuction[],
): Promise<Result<{ auctions: number; bids: number }>> {
  const { db, nfts, users, hint } = context;
  const [royalties, handles, setOf] = await Promise.all([
    nfts.royalties(auctions.flatMap((auction) => auction.copyIds)),
    users.handles([...new Set(auctions.flatMap(({ bids }) => bids.map((bid) => bid.bidderId)))]),
    setsByCopy(
      context,
      auctions.flatMap((auction) => auction.copyIds),
    ),
  ]);
  const royaltyOf = new Map(royalties.map((royalty) => [royalty.copyId, royalty]));
  const result = await transaction(db, async (tx) => {
    const opened = complete(auctions, context, await databaseNow(tx));
    if (!opened.ok) return opened;
    const bound = await bindCopies(
      tx,
      opened.value.flatMap(({ id, auction: { copyIds, sellerId } }) =>
        copyIds.map((copyId) => ({
          copyId,
          ownerId: sellerId,
          commitment: { kind: 'auction' as const, id },
        })),
      ),
    );
    if (!bound.ok) return bound;
    const played = await play(tx, opened.value, context);
    const held = await setHolds(
      tx,
      played.flatMap(({ id, after: { leader } }) =>
        leader
          ? [{ kind: 'auction' as const, reference: id, accountId: leader.bidderId, amount: leader.maximum }]
          : [],
      ),
    );
    if (!held.ok) throw new Error('the rules accepted a bid that its account cannot hold');
    await writeAuctions(tx, played, context, { handles, setOf });
    await writeItems(tx, played, bound.value, royaltyOf);
    await writeLogs(tx, played);
    await publish(
      tx,
      played.map(({ id, terms }) => createdEvent(id, terms)),
    );
    return ok({ auctions: played.length, bids: played.reduce((sum, { log }) => sum + log.length, 0) });
  });
  if (result.ok) hint();
  return result;
}

/** The set of each copy, which a halt asks for. */
async function setsByCopy({ db, nfts }: AuctionsContext, copyIds: string[]): Promise<Map<string, string>> {
  const copies = await readCopies(db, copyIds);
  const cards = await nfts.cardFacts([...new Set(copies.map((copy) => copy.cardId))]);
  return new Map(copies.flatMap(({ id, cardId }) => (cards[cardId] ? [[id, cards[cardId].setId]] : [])));
}

/** Completes terms as they were at the start of each auction. An end that has come is a mistake of the caller. */
function complete(
  auctions: OpenAuction[],
  { shortestAuctionSeconds }: AuctionsContext,
  now: number,
): Result<Opened[]> {
  const opened: Opened[] = [];
  for (const auction of auctions) {
    if (auction.startsAt > now || auction.endsAt <= now) throw new Error('the auction is not under way');
    if (auction.bids.some((bid) => bid.at > now)) throw new Error('a bid is of the future');
    const terms = completeTerms(auction, auction.startsAt, shortestAuctionSeconds * 1000);
    if (!terms.ok) return terms;
    opened.push({ id: newId(), auction, terms: terms.value });
  }
  return ok(opened);
}

/** Applies each auction's bids by the rules; money that is held by one auction is gone for the next. */
async function play(tx: Tx, opened: Opened[], { increments }: AuctionsContext): Promise<Played[]> {
  const bidders = opened.flatMap(({ auction }) => auction.bids.map((bid) => bid.bidderId));
  const available = new Map(
    [...(await lockAccounts(tx, bidders))].map(([id, balance]) => [id, balance.available]),
  );
  return opened.map((each): Played => {
    const { auction, terms } = each;
    const { startingPrice, reservePrice, startsAt, endsAt, softClose } = terms;
    const opening: AuctionState = {
      ...{ sellerId: auction.sellerId, startingPrice, reservePrice, increments, startsAt, endsAt },
      softClose: { window: softClose.window * 1000, extension: softClose.extension * 1000 },
      ...{ price: null, leader: null, bidCount: 0 },
    };
    const purses = new Map(auction.bids.map(({ bidderId }) => [bidderId, available.get(bidderId) ?? 0n]));
    const { auction: after, outcomes } = applyBids(opening, auction.bids, purses);
    if (after.leader) {
      const { bidderId, maximum } = after.leader;
      available.set(bidderId, available.get(bidderId)! - maximum);
    }
    const log = outcomes.flatMap((outcome, index) =>
      outcome.accepted ? [{ bid: auction.bids[index]!, state: outcome.auction }] : [],
    );
    return { ...each, after, log };
  });
}

const AUCTION_COLUMNS = [
  ...['id', 'seller_id', 'state', 'starting_price', 'reserve_price', 'buy_now_price', 'increments'],
  ...[
    'fee_basis_points',
    'starts_at',
    'first_starts_at',
    'ends_at',
    'first_ends_at',
    'soft_window',
    'soft_extension',
  ],
  ...['price', 'leader_id', 'leader_handle', 'leader_maximum', 'bid_count', 'created_at'],
  'set_ids',
];

async function writeAuctions(
  tx: Tx,
  played: Played[],
  { increments, feeBasisPoints }: AuctionsContext,
  { handles, setOf }: { handles: Record<string, string>; setOf: Map<string, string> },
): Promise<void> {
  const table = JSON.stringify(
    increments.map(({ below, step }) => [below?.toString() ?? null, step.toString()]),
  );
  await copyRows(
    tx,
    'auctions.auctions',
    AUCTION_COLUMNS,
    played.map(({ id, auction, terms, after: { price, leader, bidCount, endsAt } }) => [
      ...[id, auction.sellerId, 'open', terms.startingPrice, terms.reservePrice, terms.buyNowPrice, table],
      ...[
        feeBasisPoints,
        new Date(terms.startsAt),
        new Date(terms.startsAt),
        new Date(endsAt),
        new Date(terms.endsAt),
      ],
      ...[terms.softClose.window, terms.softClose.extension, price, leader?.bidderId ?? null],
      ...[leader ? (handles[leader.bidderId] ?? '') : null, leader?.maximum ?? null, bidCount],
      new Date(terms.startsAt),
      `{${[...new Set(auction.copyIds.flatMap((copyId) => setOf.get(copyId) ?? []))].join(',')}}`,
    ]),
  );
}

async function writeItems(
  tx: Tx,
  played: Played[],
  copies: CopyRow[],
  royaltyOf: Map<string, Royalty>,
): Promise<void> {
  const copyOf = new Map(copies.map((copy) => [copy.id, copy]));
  await copyRows(
    tx,
    'auctions.items',
    [
      ...['auction_id', 'position', 'copy_id', 'card_id', 'epoch', 'royalty_basis_points'],
      'royalty_account_id',
    ],
    played.flatMap(({ id, auction }) =>
      auction.copyIds.map((copyId, position) => {
        const { cardId, epoch } = copyOf.get(copyId)!;
        const royalty = royaltyOf.get(copyId);
        return [
          ...[id, position, copyId, cardId, epoch, royalty?.basisPoints ?? 0],
          royalty?.accountId ?? auction.sellerId,
        ];
      }),
    ),
  );
}

async function writeLogs(tx: Tx, played: Played[]): Promise<void> {
  await copyRows(
    tx,
    'auctions.bids',
    ['auction_id', 'number', 'id', 'bidder_id', 'maximum', 'price', 'leader_id', 'ends_at', 'at'],
    played.flatMap(({ id, log }) =>
      log.map(({ bid, state }) => [
        ...[id, state.bidCount, newId(), bid.bidderId, bid.maximum, state.price],
        ...[state.leader!.bidderId, new Date(state.endsAt), new Date(bid.at)],
      ]),
    ),
  );
}
