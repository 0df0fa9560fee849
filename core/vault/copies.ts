import { ok, type Result, refuse } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { CHAIN } from './accounts.ts';
import type { TransactionKind } from './ledger.ts';

export type CommitmentKind = 'mint' | 'listing' | 'auction' | 'trade' | 'withdrawal';

export interface Commitment {
  kind: CommitmentKind;
  id: string;
}

/** A copy as the vault knows it. */
export interface CopyRow {
  id: string;
  cardId: string;
  serial: number;
  ownerId: string;
  epoch: bigint;
  commitment: Commitment | null;
}

interface Raw {
  id: string;
  card_id: string;
  serial: number;
  owner_id: string;
  epoch: bigint;
  commitment_kind: CommitmentKind | null;
  commitment_id: string | null;
}

const toCopy = (raw: Raw): CopyRow => ({
  id: raw.id,
  cardId: raw.card_id,
  serial: raw.serial,
  ownerId: raw.owner_id,
  epoch: raw.epoch,
  commitment: raw.commitment_kind ? { kind: raw.commitment_kind, id: raw.commitment_id! } : null,
});

/** Copies by id, in any order; unknown ids are left out. */
export async function readCopies(sql: Sql, ids: string[]): Promise<CopyRow[]> {
  const rows = await sql<Raw[]>`
    select id, card_id, serial, owner_id, epoch, commitment_kind, commitment_id from vault.copies
    where id = any(${ids}::uuid[])`;
  return rows.map(toCopy);
}

export interface CopyFilter {
  cardId?: string;
  ownerId?: string;
  /** Only copies after this id. */
  after?: string;
}

/** Copies of a card or of an owner, by id, a page of `limit`. */
export async function listCopies(sql: Sql, filter: CopyFilter, limit: number): Promise<CopyRow[]> {
  const rows = await sql<Raw[]>`
    select id, card_id, serial, owner_id, epoch, commitment_kind, commitment_id from vault.copies
    where true
      ${filter.cardId ? sql`and card_id = ${filter.cardId}` : sql``}
      ${filter.ownerId ? sql`and owner_id = ${filter.ownerId}` : sql``}
      ${filter.after ? sql`and id > ${filter.after}` : sql``}
    order by id limit ${limit}`;
  return rows.map(toCopy);
}

/** A copy by its card and serial. */
export interface SerialOfCard {
  cardId: string;
  serial: number;
}

/** The serials that an owner has of each card and could sell: copies that are free or listed. */
export async function sellableSerials(
  sql: Sql,
  ownerId: string,
): Promise<{ cardId: string; serials: number[] }[]> {
  return await sql<{ cardId: string; serials: number[] }[]>`
    select card_id as "cardId", array_agg(serial order by serial) as serials from vault.copies
    where owner_id = ${ownerId} and (commitment_kind is null or commitment_kind = 'listing') group by card_id`;
}

/** Copies by card and serial, in any order; unknown ones are left out. */
export async function copiesBySerial(sql: Sql, wanted: SerialOfCard[]): Promise<CopyRow[]> {
  const rows = await sql<Raw[]>`
    select distinct c.id, c.card_id, c.serial, c.owner_id, c.epoch, c.commitment_kind, c.commitment_id
    from unnest(${wanted.map((w) => w.cardId)}::uuid[], ${wanted.map((w) => w.serial)}::int[]) as w(card_id, serial)
    join vault.copies c using (card_id, serial)`;
  return rows.map(toCopy);
}

/** Locks copies in the order of their ids. Copies come before accounts in the lock order. */
export async function lockCopies(tx: Tx, ids: Iterable<string>): Promise<Map<string, CopyRow>> {
  const sorted = [...new Set(ids)].sort();
  const rows = await tx<Raw[]>`
    select id, card_id, serial, owner_id, epoch, commitment_kind, commitment_id from vault.copies
    where id = any(${sorted}::uuid[]) order by id for update`;
  return new Map(rows.map((row) => [row.id, toCopy(row)]));
}

/** A copy of somebody's that is to be bound to a commitment. */
export interface Binding {
  copyId: string;
  ownerId: string;
  commitment: Commitment;
}

/**
 * Binds copies to commitments, all or none, each copy once. They must be their owners' and free.
 * @returns the copies with their epochs, or `not_found`, `copy_not_owned`, `copy_committed`, `copy_away`
 */
export async function bindCopies(tx: Tx, bindings: Binding[]): Promise<Result<CopyRow[]>> {
  const judged = await judgeBindings(tx, bindings);
  const refused = judged.find((result) => !result.ok);
  if (refused && !refused.ok) return refused;
  const bound = judged.flatMap((result) => (result.ok ? [result.value] : []));
  await writeBindings(tx, bound);
  return ok(bound);
}

/**
 * Binds those of some copies that are their owners' and free, each copy once; the others stay as they are.
 * @returns for each binding, in order, the copy as it is then, or the refusals of `bindCopies`
 */
export async function bindEach(tx: Tx, bindings: Binding[]): Promise<Result<CopyRow>[]> {
  const judged = await judgeBindings(tx, bindings);
  await writeBindings(
    tx,
    judged.flatMap((result) => (result.ok ? [result.value] : [])),
  );
  return judged;
}

async function judgeBindings(tx: Tx, bindings: Binding[]): Promise<Result<CopyRow>[]> {
  const copies = await lockCopies(
    tx,
    bindings.map((binding) => binding.copyId),
  );
  return bindings.map(({ copyId, ownerId, commitment }): Result<CopyRow> => {
    const copy = copies.get(copyId);
    if (!copy) return refuse('not_found', 'There is no such copy.', { copyId });
    if (copy.ownerId === CHAIN) return refuse('copy_away', undefined, { copyId });
    if (copy.ownerId !== ownerId) return refuse('copy_not_owned', undefined, { copyId });
    if (copy.commitment) {
      return refuse('copy_committed', undefined, { copyId, commitment: copy.commitment.kind });
    }
    const bound = { ...copy, commitment };
    copies.set(copyId, bound);
    return ok(bound);
  });
}

async function writeBindings(tx: Tx, bound: CopyRow[]): Promise<void> {
  if (bound.length === 0) return;
  await tx`
    update vault.copies c set commitment_kind = b.kind, commitment_id = b.commitment_id
    from unnest(${bound.map((c) => c.id)}::uuid[], ${bound.map((c) => c.commitment!.kind)}::text[],
      ${bound.map((c) => c.commitment!.id)}::uuid[]) as b(copy_id, kind, commitment_id)
    where c.id = b.copy_id`;
}

/**
 * Binds copies to one commitment, all or none. They must be their owner's and free.
 * @returns the copies with their epochs, or the refusals of `bindCopies`
 */
export async function commitCopies(
  tx: Tx,
  ids: string[],
  ownerId: string,
  commitment: Commitment,
): Promise<Result<CopyRow[]>> {
  return bindCopies(
    tx,
    ids.map((copyId) => ({ copyId, ownerId, commitment })),
  );
}

/** Frees every copy that is bound to one of the commitments. */
export async function freeCopies(tx: Tx, commitmentIds: string[]): Promise<void> {
  await tx`
    update vault.copies c set commitment_kind = null, commitment_id = null
    from (select id from vault.copies where commitment_id = any(${commitmentIds}::uuid[]) order by id for update) l
    where c.id = l.id`;
}

/** A change of hands to write. */
export interface Move {
  copyId: string;
  fromId: string;
  toId: string;
  /** The epoch in which the giver owns the copy. */
  epoch: bigint;
  transactionId: string;
}

/**
 * Moves copies: new owner, next epoch, no commitment, and a row of provenance each. Every listing, offer and
 * signature made under the old epoch is dead from here on.
 * @throws when a copy is not its giver's in that epoch: the caller locked it and checked
 */
export async function moveCopies(tx: Tx, moves: Move[]): Promise<void> {
  if (moves.length === 0) return;
  const ids = moves.map((m) => m.copyId);
  const from = moves.map((m) => m.fromId);
  const to = moves.map((m) => m.toId);
  const epochs = moves.map((m) => m.epoch.toString());
  const changing = tx`
    update vault.copies c
    set owner_id = m.to_id, epoch = c.epoch + 1, commitment_kind = null, commitment_id = null
    from unnest(${ids}::uuid[], ${from}::uuid[], ${to}::uuid[], ${epochs}::bigint[]) as m(id, from_id, to_id, epoch)
    where c.id = m.id and c.owner_id = m.from_id and c.epoch = m.epoch`;
  const telling = tx`
    insert into vault.moves (copy_id, epoch, from_id, to_id, transaction_id)
    select id, epoch + 1, from_id, to_id, transaction_id
    from unnest(${ids}::uuid[], ${from}::uuid[], ${to}::uuid[], ${epochs}::bigint[],
      ${moves.map((m) => m.transactionId)}::uuid[]) as m(id, from_id, to_id, epoch, transaction_id)`;
  const [changed] = await Promise.all([changing, telling]);
  if (changed.count !== moves.length) throw new Error('a copy was moved that is not its giver’s');
}

/** Writes the head of a transaction that moves copies only. Gives its id. */
export async function openTransaction(
  tx: Tx,
  kind: TransactionKind,
  reference: string | null,
): Promise<string> {
  const id = newId();
  await tx`insert into vault.transactions (id, kind, reference) values (${id}, ${kind}, ${reference})`;
  return id;
}

export interface NewCopy {
  id: string;
  cardId: string;
  serial: number;
}

/** Makes copies that belong to `ownerId` and are bound to their mint until it is final. */
export async function createCopies(
  tx: Tx,
  mintId: string,
  ownerId: string,
  copies: NewCopy[],
): Promise<void> {
  const transactionId = await openTransaction(tx, 'mint', mintId);
  const ids = copies.map((c) => c.id);
  await tx`
    insert into vault.copies (id, card_id, serial, owner_id, commitment_kind, commitment_id)
    select id, card_id, serial, ${ownerId}, 'mint', ${mintId}
    from unnest(${ids}::uuid[], ${copies.map((c) => c.cardId)}::uuid[], ${copies.map((c) => c.serial)}::int[])
      as n(id, card_id, serial)`;
  await tx`
    insert into vault.moves (copy_id, epoch, from_id, to_id, transaction_id)
    select id, 0, null, ${ownerId}, ${transactionId} from unnest(${ids}::uuid[]) id`;
}

/** Frees copies whose mint is final. Other commitments stay. */
export async function finishMint(tx: Tx, copyIds: string[]): Promise<void> {
  await tx`update vault.copies set commitment_kind = null, commitment_id = null
    where id = any(${copyIds}::uuid[]) and commitment_kind = 'mint'`;
}

/** A line of a copy's provenance. */
export interface Provenance {
  epoch: bigint;
  kind: TransactionKind;
  fromId: string | null;
  toId: string;
  price: bigint | null;
  reference: string | null;
  at: Date;
}

/** Every change of hands of a copy before an epoch (exclusive), newest first. */
export async function readProvenance(
  sql: Sql,
  copyId: string,
  before: bigint | undefined,
  limit: number,
): Promise<Provenance[]> {
  return await sql<Provenance[]>`
    select m.epoch, t.kind, m.from_id as "fromId", m.to_id as "toId", s.price, t.reference, t.at
    from vault.moves m
    join vault.transactions t on t.id = m.transaction_id
    left join vault.sales s on s.copy_id = m.copy_id and s.epoch = m.epoch
    where m.copy_id = ${copyId} ${before === undefined ? sql`` : sql`and m.epoch < ${before}`}
    order by m.epoch desc limit ${limit}`;
}

/** How many copies there are. */
export async function countCopies(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from vault.copies`;
  return row!.n;
}
