import { ok, type Result, refuse } from '@ece/contract';
import { audit, SYSTEM } from '@ece/platform/audit/audit';
import type { LoadedNft } from '@ece/platform/chain/client';
import { transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { importCopies } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { contentUrl, copyMetadata, copyName, groupName, setMetadata } from './domain/metadata.ts';
import { KEYS } from './key-paths.ts';
import * as store from './mint-store.ts';
import { GROUP_SIZE } from './minting.ts';
import { type CardRow, readCards, readSets, type SetRow } from './store.ts';

/** The copies of a set that were minted before. */
export interface PastMints {
  setId: string;
  /** The owners of each card's copies, from serial 1. */
  cards: { cardId: string; ownerIds: string[] }[];
  at: Date;
}

interface PastMint extends store.LoadedMint {
  ownerId: string;
}

/**
 * Brings in a set whose copies were minted before: NFTs in custody on a local chain that takes them, with
 * their metadata, and their owners in the vault. What minting would have led to, except that no transaction
 * made them and no event tells of them. Refusals: `not_found`, `edition_exhausted`.
 * @returns the ids of each card's copies, from serial 1, in the order of the cards
 * @throws when some of the set is minted already, or the chain takes no accounts
 */
export async function importMinted(context: NftsContext, past: PastMints): Promise<Result<string[][]>> {
  const { db } = context;
  const [[set], rows] = await Promise.all([
    readSets(db, [past.setId]),
    readCards(
      db,
      past.cards.map((card) => card.cardId),
    ),
  ]);
  const cardOf = new Map(rows.filter((card) => card.setId === past.setId).map((card) => [card.id, card]));
  if (!set || past.cards.some(({ cardId }) => !cardOf.has(cardId))) return refuse('not_found');
  if (set.groupState !== 'none') throw new Error(`the set ${set.code} is on chain already`);
  for (const { cardId, ownerIds } of past.cards) {
    const { editionSize } = cardOf.get(cardId)!;
    if (ownerIds.length > editionSize) return refuse('edition_exhausted', undefined, { left: editionSize });
  }
  const minted = past.cards.map(({ cardId, ownerIds }) =>
    ownerIds.map((ownerId, index) => ({ copyId: newId(), cardId, serial: index + 1, ownerId })),
  );
  const uris = await keepMetadata(context, set, minted.flat(), cardOf);
  const mints = minted.flat().map(
    (copy, index): PastMint => ({
      ...copy,
      mint: context.keys.address(KEYS.mint(copy.copyId)),
      metadataUri: uris.copies[index]!,
    }),
  );
  await load(context, set, uris.set, mints, cardOf);
  return transaction(db, async (tx) => {
    await store.takeLoaded(tx, set.id, past.cards);
    const copies = mints.map(({ copyId, cardId, serial, ownerId }) => ({
      id: copyId,
      cardId,
      serial,
      ownerId,
    }));
    await importCopies(tx, copies, past.at);
    await store.insertLoaded(tx, mints);
    const data = { code: set.code, copies: copies.length };
    await audit(tx, SYSTEM, { action: 'copies.mint', subject: `set ${set.id}`, data });
    await store.loadGroup(tx, set.id, context.keys.address(KEYS.group(set.id)), uris.set);
    return ok(minted.map((own) => own.map((copy) => copy.copyId)));
  });
}

/** Stores the metadata of the set and its copies. Gives their addresses. */
async function keepMetadata(
  { content, publicUrl }: NftsContext,
  set: SetRow,
  copies: { copyId: string; cardId: string; serial: number }[],
  cardOf: Map<string, CardRow>,
): Promise<{ set: string; copies: string[] }> {
  const documents = copies.map(({ copyId, cardId, serial }) =>
    copyMetadata(publicUrl, copyId, cardOf.get(cardId)!, serial),
  );
  const cids = await content.putMany(
    [setMetadata(publicUrl, set), ...documents].map((text) => Buffer.from(text)),
  );
  const [first, ...rest] = cids.map((cid) => contentUrl(publicUrl, cid));
  return { set: first!, copies: rest };
}

async function load(
  { chain, keys }: NftsContext,
  set: SetRow,
  setUri: string,
  mints: PastMint[],
  cardOf: Map<string, CardRow>,
): Promise<void> {
  const [authority, owner, group] = [KEYS.authority, KEYS.custody, KEYS.group(set.id)].map((path) =>
    keys.address(path),
  ) as [string, string, string];
  const shared = { authority, symbol: set.code };
  await chain.loadGroup({
    ...shared,
    mint: group,
    name: groupName(set.name),
    uri: setUri,
    maxSize: GROUP_SIZE,
    size: BigInt(mints.length),
  });
  await chain.loadNfts(
    mints.map(
      ({ mint, metadataUri, cardId, serial }, index): LoadedNft => ({
        ...shared,
        mint,
        owner,
        group,
        name: copyName(cardOf.get(cardId)!.name, serial),
        uri: metadataUri,
        memberNumber: BigInt(index + 1),
      }),
    ),
  );
}
