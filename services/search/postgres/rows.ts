import type { Sql } from '@ece/platform/db/database';
import type { Hit, Kind, SearchDocument, Shown } from '../engine.ts';

/** The columns of a hit. */
export interface Row {
  kind: Kind;
  id: string;
  name: string;
  set_code: string | null;
  rarity: string | null;
  category: string | null;
  card_id: string | null;
  serial: number | null;
  owner_id: string | null;
  price: bigint | null;
  listings: number;
  auctions: number;
  auction_ends: bigint | null;
  sold: bigint | null;
  shown: Shown;
}

/** The columns of a hit, of the table or query that is called `d`. */
export const hitColumns = (sql: Sql) => sql`
  d.kind, d.id, d.name, d.set_code, d.rarity, d.category, d.card_id, d.serial, d.owner_id, d.price, d.listings,
  d.auctions, d.auction_ends, d.sold, d.shown`;

const numberOf = (value: bigint | null) => (value === null ? null : Number(value));

/** A hit as the interface gives it. */
export function toHit(row: Row): Hit {
  return {
    kind: row.kind,
    id: row.id,
    name: row.name,
    setCode: row.set_code,
    rarity: row.rarity,
    category: row.category,
    cardId: row.card_id,
    serial: row.serial,
    ownerId: row.owner_id,
    price: row.price,
    listings: row.listings,
    auctions: row.auctions,
    auctionEnds: numberOf(row.auction_ends),
    sold: numberOf(row.sold),
    shown: row.shown,
  };
}

/** The order in which rows are written, so that two who write the same ones never wait for each other. */
export function inLockOrder(documents: SearchDocument[]): SearchDocument[] {
  const last = new Map(documents.map((document) => [`${document.kind} ${document.id}`, document]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document);
}
