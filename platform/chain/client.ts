import { createAccountQueries } from './accounts.ts';
import { createHistory } from './history.ts';
import { createLedger } from './ledger.ts';
import { createLoading } from './load.ts';
import { createNftQueries } from './nft.ts';
import { createNftTransactions } from './nft-transactions.ts';
import { type ChainOptions, connect } from './rpc.ts';
import { createStatusQueries } from './status.ts';
import { createTokenTransactions } from './token-transactions.ts';
import { createWalletTransactions } from './wallet-transactions.ts';

export type { MintState, TokenAccount } from './accounts.ts';
export { isAddress, isWalletAddress, type TokenProgram, tokenAccountAddress } from './addresses.ts';
export type { ChainTransaction, SignatureEntry, TokenChange } from './history.ts';
export type { RecentBlockhash } from './ledger.ts';
export type { LoadedGroup, LoadedNft } from './load.ts';
export type { Nft, NftHolder } from './nft.ts';
export type { MintMetadata } from './nft-transactions.ts';
export type { Result } from './result.ts';
export { ChainError, type ChainOptions } from './rpc.ts';
export type { BuildError, BuildResult, SignedTransaction } from './sign.ts';
export { type BroadcastError, type Settlement, settleStatus, type TransactionStatus } from './status.ts';
export type { TokenTransfer } from './token-transactions.ts';
export {
  type AskedTransfer,
  type ReadTransaction,
  readSignedTransaction,
  type WalletTransaction,
} from './wallet-transactions.ts';

/**
 * A client of one Solana chain: localnet, devnet or mainnet, which differ by `url` alone. Reads throw
 * `ChainError` when no node answers; what may be refused for an expected reason returns a `Result`.
 * Commitment of reads is `confirmed` where a function has no other default.
 */
export function createChainClient(options: ChainOptions) {
  const connection = connect(options);
  const ledger = createLedger(connection);
  const { rawAccounts, ...accounts } = createAccountQueries(connection);
  return {
    ...ledger,
    ...createTokenTransactions(ledger),
    ...createNftTransactions(ledger),
    ...createWalletTransactions(ledger),
    ...createStatusQueries(connection),
    ...createHistory(connection),
    ...createLoading(connection, ledger),
    ...accounts,
    ...createNftQueries(connection, { rawAccounts, ...accounts }),
  };
}

/** See `createChainClient`. */
export type ChainClient = ReturnType<typeof createChainClient>;
