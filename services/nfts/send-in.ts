import { ok, type operations, type Result, refuse, type Static } from '@ece/contract';
import { isWalletAddress, tokenAccountAddress } from '@ece/platform/chain/client';
import { isUnreachable } from '@ece/platform/chain/rpc';
import { newId } from '@ece/platform/ids/index';
import { CHAIN, readCopies } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { readMints } from './mint-store.ts';

type Prepared = Static<(typeof operations)['nfts']['prepareCopyDeposit']['response']>;

/**
 * Makes the transaction by which a wallet outside sends a copy to an account; nothing is kept of it. Refusals:
 * `not_found`, `invalid_address`, `not_in_wallet`, `unavailable` when the chain cannot be asked.
 */
export async function prepareSendIn(
  { db, chain, wallet }: NftsContext,
  { copyId, accountId, from }: { copyId: string; accountId: string; from: string },
): Promise<Result<Prepared>> {
  const [[copy], [minted]] = await Promise.all([readCopies(db, [copyId]), readMints(db, [copyId])]);
  if (!copy) return refuse('not_found');
  if (!isWalletAddress(from)) return refuse('invalid_address');
  if (copy.ownerId !== CHAIN || !minted?.mint)
    return refuse('not_in_wallet', 'The exchange keeps this copy.');
  const { mint } = minted;
  try {
    const [held] = await chain.tokenBalances([await tokenAccountAddress(from, mint, 'token-2022')]);
    if (held !== 1n) return refuse('not_in_wallet', 'The wallet does not hold this copy.');
    const toOwner = await wallet.depositAddress(accountId);
    const transfer = { program: 'token-2022', mint, toOwner, amount: 1n, decimals: 0 } as const;
    const built = await chain.unsignedTransfer({ ...transfer, owner: from, reference: newId() });
    if (!built.ok) return refuse('invalid_address', built.error.detail);
    return ok({ transaction: built.value.wire, chain: await chain.walletChain() });
  } catch (error) {
    if (isUnreachable(error)) return refuse('unavailable', 'The chain does not answer, try again.');
    throw error;
  }
}
