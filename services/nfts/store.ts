import type { Sql, Tx } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { CardRecord, Selection, SetRecord } from './api.ts';
import type { CatalogueCard, Rarity } from './domain/catalogue.ts';

export interface SetRow {
  id: string;
  code: string;
  name: string;
  description: string;
  royaltyBasisPoints: number;
  creatorId: string;
  groupState: 'none' | 'wanted' | 'requested' | 'final' | 'failed';
  groupMint: string | null;
  groupUri: string | null;
  createdAt: Date;
}

export interface CardRow {
  id: string;
  setId: string;
  setCode: string;
  setName: string;
  number: number;
  name: string;
  description: string;
  rarity: Rarity;
  category: string;
  editionSize: number;
  minted: number;
  attributes: { key: string; value: string }[];
  artworkCid: string;
  artworkType: string;
}

const setColumns = (sql: Sql) => sql`
  s.id, s.code, s.name, s.description, s.royalty_basis_points as "royaltyBasisPoints",
  s.creator_id as "creatorId", s.group_state as "groupState", s.group_mint as "groupMint",
  s.group_uri as "groupUri", s.created_at as "createdAt"`;

const cardSelect = (sql: Sql) => sql`
  select c.id, c.set_id as "setId", s.code as "setCode", s.name as "setName", c.number, c.name, c.description,
    c.rarity, c.category, c.edition_size as "editionSize", c.minted, c.attributes,
    c.artwork_cid as "artworkCid", a.media_type as "artworkType"
  from nfts.cards c join nfts.sets s on s.id = c.set_id join nfts.artworks a on a.cid = c.artwork_cid`;

/** Sets by id. */
export async function readSets(sql: Sql, ids: string[]): Promise<SetRow[]> {
  return await sql<SetRow[]>`select ${setColumns(sql)} from nfts.sets s where s.id = any(${ids}::uuid[])`;
}

/** Sets in order of their codes, after a code. */
export async function listSets(sql: Sql, after: string | undefined, limit: number): Promise<SetRow[]> {
  return await sql<SetRow[]>`
    select ${setColumns(sql)} from nfts.sets s where ${after === undefined ? sql`true` : sql`s.code > ${after}`}
    order by s.code limit ${limit}`;
}

/** How many cards sets have, and how many copies of them exist. */
export async function countSets(
  sql: Sql,
  ids: string[],
): Promise<{ id: string; cards: number; copies: bigint }[]> {
  return await sql<{ id: string; cards: number; copies: bigint }[]>`
    select set_id as id, count(*)::int as cards, sum(minted) as copies from nfts.cards
    where set_id = any(${ids}::uuid[]) group by set_id`;
}

export type NewSet = Pick<
  SetRow,
  'id' | 'code' | 'name' | 'description' | 'royaltyBasisPoints' | 'creatorId'
>;

/** Writes sets; codes that are taken are left out. Gives the ids that were written. */
export async function insertSets(sql: Sql, sets: NewSet[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into nfts.sets (id, code, name, description, royalty_basis_points, creator_id)
    select * from unnest(${sets.map((s) => s.id)}::uuid[], ${sets.map((s) => s.code)}::text[],
      ${sets.map((s) => s.name)}::text[], ${sets.map((s) => s.description)}::text[],
      ${sets.map((s) => s.royaltyBasisPoints)}::int[], ${sets.map((s) => s.creatorId)}::uuid[])
    on conflict on constraint set_code_unique do nothing returning id`;
  return rows.map((row) => row.id);
}

/** The rows that a selection names, in the order of their ids. */
function selected(sql: Sql, id: Relation, selection: Selection) {
  if ('ids' in selection) return sql`where ${id} = any(${selection.ids}::uuid[]) order by ${id}`;
  const { after, limit } = selection;
  return sql`${after === undefined ? sql`` : sql`where ${id} > ${after}`} order by ${id} limit ${limit}`;
}

/** Sets as they are now; see `NftsApi.sets`. */
export async function readSetRecords(sql: Sql, selection: Selection): Promise<SetRecord[]> {
  return await sql<SetRecord[]>`
    select s.id, s.code, s.name, s.description, s.created_at as "createdAt",
      (select count(*)::int from nfts.cards c where c.set_id = s.id) as cards
    from nfts.sets s ${selected(sql, sql`s.id`, selection)}`;
}

/** Cards as they are now; see `NftsApi.cards`. */
export async function readCardRecords(sql: Sql, selection: Selection): Promise<CardRecord[]> {
  return await sql<CardRecord[]>`
    select c.id, c.set_id as "setId", s.code as "setCode", s.name as "setName", c.number, c.name, c.description,
      c.rarity, c.category, c.edition_size as "editionSize", c.minted, c.attributes,
      c.artwork_cid as "artworkCid"
    from nfts.cards c join nfts.sets s on s.id = c.set_id ${selected(sql, sql`c.id`, selection)}`;
}

/** Sets by code. */
export async function readSetsByCode(sql: Sql, codes: string[]): Promise<SetRow[]> {
  return await sql<SetRow[]>`select ${setColumns(sql)} from nfts.sets s where s.code = any(${codes}::text[])`;
}

/** Locks sets by code, in order, so that their cards' numbers stand still. */
export async function lockSets(tx: Tx, codes: string[]): Promise<SetRow[]> {
  return await tx<SetRow[]>`
    select ${setColumns(tx)} from nfts.sets s where s.code = any(${codes}::text[]) order by s.code for update`;
}

/** The numbers that sets have cards with. */
export async function readNumbers(sql: Sql, setIds: string[]): Promise<{ setId: string; number: number }[]> {
  return await sql<{ setId: string; number: number }[]>`
    select set_id as "setId", number from nfts.cards where set_id = any(${setIds}::uuid[])`;
}

/** Cards by id. */
export async function readCards(sql: Sql, ids: string[]): Promise<CardRow[]> {
  return await sql<CardRow[]>`${cardSelect(sql)} where c.id = any(${ids}::uuid[])`;
}

export interface CardFilter {
  setId?: string;
  rarity?: string;
  /** Only cards after this place. */
  after?: { setId: string; number: number };
}

/** Cards by set and number, a page of `limit`. */
export async function listCards(sql: Sql, filter: CardFilter, limit: number): Promise<CardRow[]> {
  const { setId, rarity, after } = filter;
  return await sql<CardRow[]>`${cardSelect(sql)}
    where ${setId ? sql`c.set_id = ${setId}` : sql`true`} and ${rarity ? sql`c.rarity = ${rarity}` : sql`true`}
      and ${after ? sql`(c.set_id, c.number) > (${after.setId}::uuid, ${after.number}::int)` : sql`true`}
    order by c.set_id, c.number limit ${limit}`;
}

export type NewCard = Omit<CatalogueCard, 'line' | 'setCode' | 'artwork'> & {
  id: string;
  setId: string;
  artworkCid: string;
};

/** Writes cards; their artwork is known, and a number that is taken throws. */
export async function insertCards(sql: Sql, cards: NewCard[]): Promise<void> {
  await sql`
    insert into nfts.cards
      (id, set_id, number, name, description, rarity, category, edition_size, attributes, artwork_cid)
    select id, set_id, number, name, description, rarity, category, edition_size, attributes::jsonb, artwork_cid
    from unnest(${cards.map((c) => c.id)}::uuid[], ${cards.map((c) => c.setId)}::uuid[],
      ${cards.map((c) => c.number)}::int[], ${cards.map((c) => c.name)}::text[],
      ${cards.map((c) => c.description)}::text[], ${cards.map((c) => c.rarity)}::text[],
      ${cards.map((c) => c.category)}::text[], ${cards.map((c) => c.editionSize)}::int[],
      ${cards.map((c) => JSON.stringify(c.attributes))}::text[], ${cards.map((c) => c.artworkCid)}::text[])
      as n(id, set_id, number, name, description, rarity, category, edition_size, attributes, artwork_cid)`;
}

/** The media types of artwork that has been checked before, by CID. */
export async function readArtworks(sql: Sql, cids: string[]): Promise<Map<string, string>> {
  const rows = await sql<{ cid: string; media_type: string }[]>`
    select cid, media_type from nfts.artworks where cid = any(${cids}::text[])`;
  return new Map(rows.map((row) => [row.cid, row.media_type]));
}

/** Notes checked artwork. */
export async function insertArtworks(
  sql: Sql,
  artworks: { cid: string; mediaType: string }[],
): Promise<void> {
  await sql`
    insert into nfts.artworks (cid, media_type)
    select * from unnest(${artworks.map((a) => a.cid)}::text[], ${artworks.map((a) => a.mediaType)}::text[])
    on conflict do nothing`;
}
