import { copyRows } from '@ece/platform/db/copy';
import type { Sql, Tx } from '@ece/platform/db/database';

export type MintState = 'wanted' | 'requested' | 'final' | 'failed';

export interface MintRow {
  copyId: string;
  cardId: string;
  serial: number;
  state: MintState;
  mint: string | null;
  metadataUri: string | null;
  transaction: string | null;
  attempts: number;
  /** The path of the key of ours that holds the NFT; null while it is outside. */
  holderPath: string | null;
}

const columns = (sql: Sql) => sql`
  m.copy_id as "copyId", m.card_id as "cardId", m.serial, m.state, m.mint, m.metadata_uri as "metadataUri",
  m.transaction, m.attempts, m.holder_path as "holderPath"`;

/** Locks a card and takes its next serials; undefined where there is no such card. */
export async function takeSerials(
  tx: Tx,
  cardId: string,
  quantity: number,
): Promise<{ setId: string; first: number; left: number } | undefined> {
  const [card] = await tx<{ setId: string; minted: number; editionSize: number }[]>`
    select set_id as "setId", minted, edition_size as "editionSize" from nfts.cards where id = ${cardId} for update`;
  if (!card) return undefined;
  const left = card.editionSize - card.minted;
  if (quantity <= left) await tx`update nfts.cards set minted = minted + ${quantity} where id = ${cardId}`;
  return { setId: card.setId, first: card.minted + 1, left };
}

/** Writes mints that are wanted. */
export async function insertMints(
  tx: Tx,
  cardId: string,
  copies: { id: string; serial: number }[],
): Promise<void> {
  await tx`
    insert into nfts.mints (copy_id, card_id, serial)
    select id, ${cardId}, serial
    from unnest(${copies.map((c) => c.id)}::uuid[], ${copies.map((c) => c.serial)}::int[]) as n(id, serial)`;
}

/** Asks for a set's group where nobody has. */
export async function wantGroup(tx: Tx, setId: string): Promise<void> {
  await tx`update nfts.sets set group_state = 'wanted' where id = ${setId} and group_state = 'none'`;
}

/** Sets whose group is wanted. */
export async function setsWantingGroups(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from nfts.sets where group_state = 'wanted' limit 50`;
  return rows.map((row) => row.id);
}

/** Notes where a group will be; false where it was noted before. */
export async function prepareGroup(tx: Tx, setId: string, mint: string, uri: string): Promise<boolean> {
  const rows = await tx`
    update nfts.sets set group_state = 'requested', group_mint = ${mint}, group_uri = ${uri}, group_attempts = 1
    where id = ${setId} and group_state = 'wanted' returning 1`;
  return rows.length === 1;
}

/** Notes that a group is final. */
export async function finishGroup(tx: Tx, setId: string, signature: string): Promise<void> {
  await tx`update nfts.sets set group_state = 'final', group_transaction = ${signature} where id = ${setId}`;
}

/** Notes that an attempt at a group has failed for good. The next one waits, longer each time. */
export async function failGroup(tx: Tx, setId: string): Promise<void> {
  await tx`
    update nfts.sets set group_state = 'failed',
      group_retry_at = clock_timestamp() + group_attempts * group_attempts * interval '1 minute'
    where id = ${setId} and group_state = 'requested'`;
}

/** Failed groups that are due to be tried again. */
export async function failedGroups(
  sql: Sql,
  maxAttempts: number,
): Promise<{ id: string; mint: string; uri: string }[]> {
  return await sql<{ id: string; mint: string; uri: string }[]>`
    select id, group_mint as mint, group_uri as uri from nfts.sets
    where group_state = 'failed' and group_attempts < ${maxAttempts} and group_retry_at <= clock_timestamp()
    limit 50`;
}

/** Begins the next attempt at a group; undefined where somebody else has. */
export async function retryGroup(tx: Tx, setId: string): Promise<number | undefined> {
  const [row] = await tx<{ attempts: number }[]>`
    update nfts.sets set group_state = 'requested', group_attempts = group_attempts + 1
    where id = ${setId} and group_state = 'failed' returning group_attempts as attempts`;
  return row?.attempts;
}

/** A card with copies that are not final. */
export interface MintingCard {
  cardId: string;
  setCode: string;
  name: string;
  artworkCid: string;
  final: number;
  pending: number;
  failed: number;
  failure: string | null;
}

/** Cards with copies that are not final, by set and number, `limit` at the most. */
export async function mintingCards(sql: Sql, limit: number): Promise<MintingCard[]> {
  return await sql<MintingCard[]>`
    select c.id as "cardId", s.code as "setCode", c.name, c.artwork_cid as "artworkCid",
      (c.minted - m.pending)::int as final, m.pending, m.failed, m.failure
    from (
      select card_id, count(*)::int as pending, (count(*) filter (where state = 'failed'))::int as failed,
        max(failure) as failure
      from nfts.mints where state <> 'final' group by card_id
    ) m join nfts.cards c on c.id = m.card_id join nfts.sets s on s.id = c.set_id
    order by s.code, c.number limit ${limit}`;
}

/** Mints by copy. */
export async function readMints(sql: Sql, copyIds: string[]): Promise<MintRow[]> {
  return await sql<
    MintRow[]
  >`select ${columns(sql)} from nfts.mints m where m.copy_id = any(${copyIds}::uuid[])`;
}

/** What the transaction of a mint is made of. */
export interface MintOrder {
  serial: number;
  metadataUri: string;
  cardName: string;
  setId: string;
  setCode: string;
}

/** What the transactions of requested mints are made of, by copy. */
export async function readMintOrders(sql: Sql, copyIds: string[]): Promise<Map<string, MintOrder>> {
  const rows = await sql<(MintOrder & { copyId: string })[]>`
    select m.copy_id as "copyId", m.serial, m.metadata_uri as "metadataUri", c.name as "cardName", s.id as "setId", s.code as "setCode"
    from nfts.mints m join nfts.cards c on c.id = m.card_id join nfts.sets s on s.id = c.set_id
    where m.copy_id = any(${copyIds}::uuid[]) and m.metadata_uri is not null`;
  return new Map(rows.map((row) => [row.copyId, row]));
}

/** Wanted mints whose set has its group, in order of their copies. */
export async function mintsToPrepare(sql: Sql, limit: number): Promise<MintRow[]> {
  return await sql<MintRow[]>`
    select ${columns(sql)} from nfts.mints m join nfts.cards c on c.id = m.card_id join nfts.sets s on s.id = c.set_id
    where m.state = 'wanted' and s.group_state = 'final' order by m.copy_id limit ${limit}`;
}

/** Notes where mints and their metadata will be; gives the copies that were not prepared before. */
export async function prepareMints(
  tx: Tx,
  mints: { copyId: string; mint: string; metadataUri: string }[],
): Promise<string[]> {
  const rows = await tx<{ copy_id: string }[]>`
    with wanted as (
      select copy_id from nfts.mints
      where copy_id = any(${mints.map((m) => m.copyId)}::uuid[]) and state = 'wanted' order by copy_id for update
    )
    update nfts.mints m set state = 'requested', mint = n.mint, metadata_uri = n.uri, attempts = 1
    from wanted w join unnest(${mints.map((m) => m.copyId)}::uuid[], ${mints.map((m) => m.mint)}::text[],
      ${mints.map((m) => m.metadataUri)}::text[]) as n(copy_id, mint, uri) using (copy_id)
    where m.copy_id = w.copy_id returning m.copy_id`;
  return rows.map((row) => row.copy_id).sort();
}

/** Notes that mints are final; gives those that were not noted before, by copy. */
export async function finishMints(
  tx: Tx,
  done: { copyId: string; signature: string }[],
): Promise<{ copyId: string; mint: string }[]> {
  return await tx<{ copyId: string; mint: string }[]>`
    with done as (
      select m.copy_id, n.signature
      from unnest(${done.map((each) => each.copyId)}::uuid[], ${done.map((each) => each.signature)}::text[])
        as n(copy_id, signature)
      join nfts.mints m using (copy_id)
      where m.state <> 'final' order by m.copy_id for update of m
    ), finished as (
      update nfts.mints m set state = 'final', transaction = d.signature, failure = null
      from done d where m.copy_id = d.copy_id returning m.copy_id, m.mint
    )
    select copy_id as "copyId", mint from finished order by copy_id`;
}

/** Notes that an attempt at a mint has failed for good. The next one waits, longer each time. */
export async function failMint(tx: Tx, copyId: string, reason: string): Promise<void> {
  await tx`
    update nfts.mints set state = 'failed', failure = ${reason},
      retry_at = clock_timestamp() + attempts * attempts * interval '1 minute'
    where copy_id = ${copyId} and state = 'requested'`;
}

/** Failed mints that are due to be tried again. */
export async function failedMints(
  sql: Sql,
  maxAttempts: number,
  limit: number,
): Promise<{ id: string; mint: string; uri: string }[]> {
  return await sql<{ id: string; mint: string; uri: string }[]>`
    select copy_id as id, mint, metadata_uri as uri from nfts.mints
    where state = 'failed' and attempts < ${maxAttempts} and retry_at <= clock_timestamp()
    order by copy_id limit ${limit}`;
}

/** Begins the next attempt; undefined where somebody else has. */
export async function retryMint(tx: Tx, copyId: string): Promise<number | undefined> {
  const [row] = await tx<{ attempts: number }[]>`
    update nfts.mints set state = 'requested', attempts = attempts + 1
    where copy_id = ${copyId} and state = 'failed' returning attempts`;
  return row?.attempts;
}

/** An NFT that was loaded onto a local chain. */
export interface LoadedMint {
  copyId: string;
  cardId: string;
  serial: number;
  mint: string;
  metadataUri: string;
}

/**
 * Locks cards of a set and counts all of their first copies as minted.
 * @throws when a card has copies already
 */
export async function takeLoaded(
  tx: Tx,
  setId: string,
  cards: { cardId: string; ownerIds: string[] }[],
): Promise<void> {
  await tx`select 1 from nfts.cards where set_id = ${setId} order by id for update`;
  const taken = await tx`
    update nfts.cards c set minted = n.minted
    from unnest(${cards.map((c) => c.cardId)}::uuid[], ${cards.map((c) => c.ownerIds.length)}::int[]) as n(id, minted)
    where c.id = n.id and c.minted = 0`;
  if (taken.count !== cards.length) throw new Error('a card has copies already');
}

/** Writes NFTs that are on chain, without a transaction that made them. */
export async function insertLoaded(tx: Tx, mints: LoadedMint[]): Promise<void> {
  await copyRows(
    tx,
    'nfts.mints',
    ['copy_id', 'card_id', 'serial', 'state', 'mint', 'metadata_uri', 'loaded'],
    mints.map((m) => [m.copyId, m.cardId, m.serial, 'final', m.mint, m.metadataUri, true]),
  );
}

/** Notes the group of a set that was loaded. Another state than none throws. */
export async function loadGroup(tx: Tx, setId: string, mint: string, uri: string): Promise<void> {
  const rows = await tx`
    update nfts.sets set group_state = 'final', group_mint = ${mint}, group_uri = ${uri}
    where id = ${setId} and group_state = 'none'`;
  if (rows.count !== 1) throw new Error('the set has a group already');
}

/** How many mints there are in each state. */
export async function countMints(sql: Sql): Promise<Map<MintState, number>> {
  const rows = await sql<{ state: MintState; count: number }[]>`
    select state, count(*)::int as count from nfts.mints group by state`;
  return new Map(rows.map((row) => [row.state, row.count]));
}

/** How many copies wait for their mint and how many are final. */
export async function mintProgress(sql: Sql): Promise<{ pending: number; final: number }> {
  const counts = await countMints(sql);
  const pending = (counts.get('wanted') ?? 0) + (counts.get('requested') ?? 0) + (counts.get('failed') ?? 0);
  return { pending, final: counts.get('final') ?? 0 };
}
