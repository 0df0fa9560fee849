import { formatMoney, ok, type operations, type Result, refuse, type Static } from '@ece/contract';
import { isWalletAddress, readSignedTransaction, tokenAccountAddress } from '@ece/platform/chain/client';
import { isUnreachable } from '@ece/platform/chain/rpc';
import { newId } from '@ece/platform/ids/index';
import type { WalletContext } from './api.ts';

type Prepared = Static<(typeof operations)['wallet']['prepareDeposit']['response']>;

interface PayIn {
  /** The wallet outside that pays. */
  from: string;
  /** The account's deposit address. */
  to: string;
  mint: string;
  /** In micro-USDC. */
  amount: bigint;
}

/**
 * Makes the transaction by which a wallet outside pays in; nothing is kept of it. Refusals: `invalid_address`,
 * `not_in_wallet`, `unavailable` when the chain cannot be asked.
 */
export async function preparePayIn({ chain }: WalletContext, payIn: PayIn): Promise<Result<Prepared>> {
  const { from, to, mint, amount } = payIn;
  if (!isWalletAddress(from)) return refuse('invalid_address');
  try {
    const [held] = await chain.tokenBalances([await tokenAccountAddress(from, mint, 'token')]);
    if ((held ?? 0n) < amount) {
      return refuse('not_in_wallet', `The wallet holds ${formatMoney(held ?? 0n)} USDC.`);
    }
    const transfer = { program: 'token', mint, toOwner: to, amount, decimals: 6 } as const;
    const built = await chain.unsignedTransfer({ ...transfer, owner: from, reference: newId() });
    if (!built.ok) return refuse('invalid_address', built.error.detail);
    return ok({ transaction: built.value.wire, chain: await chain.walletChain() });
  } catch (error) {
    if (isUnreachable(error)) return refuse('unavailable', 'The chain does not answer, try again.');
    throw error;
  }
}

/**
 * Passes a signed transaction on to the chain where it brings USDC or a card to a deposit address. It is booked when
 * it is found there, like any other. Refusals: `not_a_deposit`, `transaction_expired`, `transaction_refused`,
 * `unavailable`.
 * @param to the deposit address
 */
export async function passOn(
  { chain }: WalletContext,
  { wire, to, mint }: { wire: string; to: string; mint: string },
): Promise<Result<{ signature: string }>> {
  const read = await readSignedTransaction(wire);
  if (!read) return refuse('not_a_deposit', 'These bytes are no transaction with all of its signatures.');
  const pays = await Promise.all(
    read.transfers.map(async ({ program, mint: token, destination, amount }) => {
      if (amount === 0n || (program === 'token' && token !== mint)) return false;
      return destination === (await tokenAccountAddress(to, token, program));
    }),
  );
  if (!pays.includes(true)) return refuse('not_a_deposit');
  const sent = await chain.broadcast(wire);
  if (sent.ok) return ok({ signature: read.signature });
  if (sent.error.code === 'unreachable')
    return refuse('unavailable', 'The chain does not answer, try again.');
  return refuse(sent.error.code === 'blockhash_expired' ? 'transaction_expired' : 'transaction_refused');
}
