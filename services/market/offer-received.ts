import type { CopySummary } from '@ece/nfts';
import { copiesBySerial, readCopies, type SerialOfCard, sellableSerials } from '@ece/vault';
import type { MarketContext } from './api.ts';
import { type CardTraits, rangedWordsOfCard, takes, takesSerial, wordsOfCard } from './domain/target.ts';
import { listForOwner, type OfferPlace, type OfferRow } from './offer-store.ts';
import { distinct } from './present.ts';

/** Copies that are shown with an offer. */
const MOST_COPIES = 20;
/** Pages of candidates that are looked through for one page of the list. */
const MOST_ROUNDS = 10;

/** A card that somebody holds: its traits, and the serials that can be sold, lowest first. */
interface Held {
  traits: CardTraits;
  serials: number[];
}

/** An offer with copies of one owner that could be sold to it. */
export interface ReceivedOffer {
  row: OfferRow;
  copies: CopySummary[];
}

/** A page of received offers: where the next one begins, if there is more. */
export interface ReceivedPage {
  items: ReceivedOffer[];
  next: OfferPlace | undefined;
}

/**
 * Open offers by others that an owner could accept with copies that are free or listed, behind a place, best
 * first. Candidates are read by what their targets have in common with the owner's cards; whether one takes a
 * serial that is there is looked at here. So a page may be short although there is more.
 */
export async function listReceived(
  context: MarketContext,
  ownerId: string,
  after: OfferPlace | undefined,
  limit: number,
): Promise<ReceivedPage> {
  const { db } = context;
  const held = await holdingsOf(context, ownerId);
  const words = distinct(
    held.flatMap(({ traits }) => [...wordsOfCard(traits), ...rangedWordsOfCard(traits)]),
  );
  const items: ReceivedOffer[] = [];
  let place = after;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rows = await listForOwner(db, ownerId, words, place, limit + 1);
    for (const [index, received] of (await withCopies(context, ownerId, held, rows)).entries()) {
      if (items.length === limit) return { items, next: place };
      if (received.copies.length > 0) items.push(received);
      const { amount, id } = rows[index]!;
      place = { amount: amount.toString(), id };
    }
    if (rows.length <= limit) return { items, next: undefined };
  }
  return { items, next: place };
}

async function holdingsOf({ db, nfts }: MarketContext, ownerId: string): Promise<Held[]> {
  const serials = await sellableSerials(db, ownerId);
  const cards = await nfts.cardFacts(serials.map((one) => one.cardId));
  return serials.flatMap(({ cardId, serials }) => {
    const card = cards[cardId];
    return card ? [{ traits: { ...card, cardId }, serials }] : [];
  });
}

/** Adds to offers the copies of an owner that each takes, lowest serials first. */
async function withCopies(
  { db, nfts }: MarketContext,
  ownerId: string,
  held: Held[],
  rows: OfferRow[],
): Promise<ReceivedOffer[]> {
  const named = new Map(
    (await readCopies(db, distinct(rows.flatMap((row) => row.copyId ?? [])))).map((copy) => [copy.id, copy]),
  );
  const serials = new Map(held.map((one) => [one.traits.cardId, new Set(one.serials)]));
  const bySet = Map.groupBy(held, (one) => one.traits.setId);
  const wanted = rows.map((row): SerialOfCard[] => {
    if (row.copyId === null) return fitting(row, bySet.get(row.setId) ?? []);
    const copy = named.get(row.copyId);
    const sellable = copy?.epoch === row.epoch && serials.get(copy!.cardId)?.has(copy!.serial);
    return sellable ? [{ cardId: copy!.cardId, serial: copy!.serial }] : [];
  });
  const copies = await copiesBySerial(db, wanted.flat());
  const idOf = new Map(copies.map((copy) => [`${copy.cardId} ${copy.serial}`, copy]));
  const summaries = await nfts.summaries(copies.map((copy) => copy.id));
  return rows.map((row, index) => ({
    row,
    copies: wanted[index]!.flatMap(({ cardId, serial }) => {
      const copy = idOf.get(`${cardId} ${serial}`);
      // It may have been sold since the holdings were read.
      return copy?.ownerId === ownerId ? (summaries[copy.id] ?? []) : [];
    }),
  }));
}

/** The serials of held cards of its set that an offer takes. */
function fitting(row: OfferRow, held: Held[]): SerialOfCard[] {
  const found: SerialOfCard[] = [];
  for (const { traits, serials } of held) {
    // Whether the card belongs to the target at all does not depend on the serial.
    const any = { ...row, serialFrom: null, serialTo: null };
    if (!takes(any, { ...traits, copyId: '', serial: 1 })) continue;
    let taken = 0;
    for (const serial of serials) {
      if (taken === MOST_COPIES) break;
      if (!takesSerial(row, serial)) continue;
      found.push({ cardId: traits.cardId, serial });
      taken++;
    }
  }
  return found.toSorted((a, b) => a.serial - b.serial).slice(0, MOST_COPIES);
}
