import type { entities, Static } from '@ece/contract';
import { formatMoney } from '@ece/contract';
import type { Nft } from '@ece/platform/chain/client';
import { CHAIN, type CopyRow, type Provenance } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { contentUrl } from './domain/metadata.ts';
import type { CopyContext, Minted } from './mints-of.ts';
import { WITHDRAWAL } from './purposes.ts';
import { type CardRow, countSets, readCards, type SetRow } from './store.ts';
import type { WithdrawalRow } from './transfer-store.ts';

export type CardSet = Static<typeof entities.CardSet>;
export type Card = Static<typeof entities.Card>;
export type Copy = Static<typeof entities.Copy>;
export type CopyDetail = Static<typeof entities.CopyDetail>;
export type CopyEvent = Static<typeof entities.CopyEvent>;
export type CopyWithdrawal = Static<typeof entities.CopyWithdrawal>;
type OnChain = Static<typeof entities.OnChain>;

/** How long an answer may wait for the chain, in milliseconds. */
const CHAIN_PATIENCE_MS = 1_500;

/** Sets as answers show them, in their order. */
export async function presentSets({ db, users }: NftsContext, rows: SetRow[]): Promise<CardSet[]> {
  const [handles, counts] = await Promise.all([
    users.handles([...new Set(rows.map((row) => row.creatorId))]),
    countSets(
      db,
      rows.map((row) => row.id),
    ),
  ]);
  const countOf = new Map(counts.map((count) => [count.id, count]));
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    name: row.name,
    description: row.description,
    royaltyBasisPoints: row.royaltyBasisPoints,
    creatorHandle: handles[row.creatorId] ?? 'unknown',
    cards: countOf.get(row.id)?.cards ?? 0,
    copies: Number(countOf.get(row.id)?.copies ?? 0n),
    groupMint: row.groupState === 'final' ? row.groupMint : null,
    createdAt: row.createdAt.toISOString(),
  }));
}

/** A card as answers show it. */
export function presentCard({ publicUrl }: NftsContext, row: CardRow): Card {
  const { artworkCid, artworkType, ...card } = row;
  return {
    ...card,
    artwork: { cid: artworkCid, url: contentUrl(publicUrl, artworkCid), mediaType: artworkType },
  };
}

function presentCopy(row: CopyRow, mint: Minted | undefined, handles: Record<string, string>): Copy {
  const minted = mint?.state === 'final';
  return {
    id: row.id,
    cardId: row.cardId,
    serial: row.serial,
    ownerHandle: handles[row.ownerId] ?? null,
    epoch: Number(row.epoch),
    commitment: row.commitment,
    mint: minted ? mint.mint : null,
    metadataUri: mint?.metadataUri ?? null,
    mintTransaction: minted ? mint.transaction : null,
  };
}

async function withMints({ mintsOf, users }: CopyContext, rows: CopyRow[]) {
  const owners = new Set(rows.map((row) => row.ownerId));
  owners.delete(CHAIN);
  const [mintOf, handles] = await Promise.all([
    mintsOf(rows.map((row) => row.id)),
    users.handles([...owners]),
  ]);
  return { mintOf, handles };
}

/** Copies as answers show them, in their order. */
export async function presentCopies(context: CopyContext, rows: CopyRow[]): Promise<Copy[]> {
  const { mintOf, handles } = await withMints(context, rows);
  return rows.map((row) => presentCopy(row, mintOf.get(row.id), handles));
}

function presentNft(nft: Nft): OnChain {
  return {
    owner: nft.holder?.owner ?? null,
    supply: nft.supply.toString(),
    decimals: nft.decimals,
    mintAuthority: nft.mintAuthority,
    name: nft.name,
    symbol: nft.symbol,
    uri: nft.uri,
    group: nft.group?.mint ?? null,
  };
}

/** What the chain says of a mint at this moment; null where it does not say it soon. */
async function askChain({ chain, log }: NftsContext, mint: string): Promise<OnChain | null> {
  const question = chain.nft(mint).then(
    (nft) => (nft ? presentNft(nft) : null),
    (error) => {
      log.warn({ err: error, mint }, 'the chain did not tell of a copy');
      return null;
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), CHAIN_PATIENCE_MS);
  });
  return Promise.race([question, limit]).finally(() => clearTimeout(timer));
}

/** A copy with its card, where it is kept, and what the chain says of it. */
export async function presentCopyDetail(context: CopyContext, row: CopyRow): Promise<CopyDetail> {
  const [{ mintOf, handles }, [card]] = await Promise.all([
    withMints(context, [row]),
    readCards(context.db, [row.cardId]),
  ]);
  if (!card) throw new Error(`card ${row.cardId} is gone`);
  const copy = presentCopy(row, mintOf.get(row.id), handles);
  const inside = row.commitment?.kind === 'mint' ? 'pending' : 'exchange';
  return {
    ...copy,
    card: presentCard(context, card),
    custody: row.ownerId === CHAIN ? 'outside' : inside,
    onChain: copy.mint === null ? null : await askChain(context, copy.mint),
  };
}

/** A copy's changes of hands as answers show them. */
export async function presentHistory({ users }: NftsContext, rows: Provenance[]): Promise<CopyEvent[]> {
  const people = new Set(rows.flatMap((row) => (row.fromId ? [row.fromId, row.toId] : [row.toId])));
  people.delete(CHAIN);
  const handles = await users.handles([...people]);
  return rows.map((row) => ({
    epoch: Number(row.epoch),
    kind: row.kind.replace('copy_', ''),
    fromHandle: row.fromId ? (handles[row.fromId] ?? null) : null,
    toHandle: handles[row.toId] ?? null,
    price: row.price === null ? null : formatMoney(row.price),
    at: row.at.toISOString(),
  }));
}

/** A withdrawal as answers show it; how far it is comes from the sender until it has ended. */
export async function presentWithdrawal(
  { db, sender }: NftsContext,
  row: WithdrawalRow,
): Promise<CopyWithdrawal> {
  const [sent] = row.state === 'requested' ? await sender.find(db, WITHDRAWAL, [row.id]) : [];
  const underWay = sent?.state === 'signed' || sent?.state === 'sent' ? sent : undefined;
  return {
    id: row.id,
    copyId: row.copyId,
    address: row.address,
    state: underWay?.state === 'signed' || underWay?.state === 'sent' ? underWay.state : row.state,
    signature: underWay?.signature ?? row.transaction,
    createdAt: row.createdAt.toISOString(),
    finalAt: row.finalAt?.toISOString() ?? null,
  };
}
