import type { NftsApi } from '@ece/nfts';
import { atomically, type Database } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import type { UsersApi } from '@ece/users';
import { CHAIN, createCopies, finishMint, openAccounts, transfer } from '@ece/vault';

/** Opens an account with money that came from the chain. Gives its id. */
export async function fundedAccount(db: Database, amount: bigint): Promise<string> {
  const id = newId();
  await atomically(db, async (tx) => {
    await openAccounts(tx, [id]);
    if (amount > 0n) {
      await transfer(tx, { kind: 'deposit', reference: null }, [
        { accountId: CHAIN, amount: -amount },
        { accountId: id, amount },
      ]);
    }
  });
  return id;
}

/** Makes copies of one new card that are ready to trade. Gives their ids. */
export async function copiesOf(db: Database, ownerId: string, quantity = 1): Promise<string[]> {
  const cardId = newId();
  const copies = Array.from({ length: quantity }, (_, index) => ({ id: newId(), cardId, serial: index + 1 }));
  const ids = copies.map((copy) => copy.id);
  await atomically(db, async (tx) => {
    await createCopies(tx, newId(), ownerId, copies);
    await finishMint(tx, ids);
  });
  return ids;
}

/** What trading needs of the users service, for accounts that tests open straight in the vault. */
export function usersFixture(): UsersApi {
  const handleOf = (id: string) => `u${id.replaceAll('-', '').slice(-12)}`;
  return {
    handles: async (ids: string[]) => Object.fromEntries(ids.map((id) => [id, handleOf(id)])),
    byHandle: async () => undefined,
  } as unknown as UsersApi;
}

/** What trading needs of the nfts service; a royalty of 5 % goes to `creatorId` where it is given. */
export function nftsFixture(creatorId?: string): NftsApi {
  return {
    summaries: async (ids: string[]) =>
      Object.fromEntries(
        ids.map((id) => [
          id,
          {
            id,
            cardId: id,
            serial: 1,
            editionSize: 1,
            name: 'Card',
            setCode: 'TEST',
            rarity: 'rare',
            artworkUrl: '/content/x',
          },
        ]),
      ),
    setsOfCopies: async () => [],
    royalties: async (ids: string[]) =>
      creatorId ? ids.map((copyId) => ({ copyId, basisPoints: 500, accountId: creatorId })) : [],
  } as unknown as NftsApi;
}
