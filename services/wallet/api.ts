import type { ChainClient } from '@ece/platform/chain/client';
import type { Sender } from '@ece/platform/chain/sender';
import type { Database } from '@ece/platform/db/database';
import type { KeyStore } from '@ece/platform/keys/index';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import { createWallet } from './service.ts';

export { type Custody, readCustody } from './custody.ts';

/** Funds: deposit addresses, the faucet, deposits and withdrawals of USDC on chain, statements. */
export interface WalletApi {
  /** The accounts whose deposit address is one of these Solana addresses. */
  accountsOfAddresses(addresses: string[]): Promise<{ address: string; accountId: string }[]>;
  /** True for addresses that the exchange itself holds keys for. */
  isOwnAddress(address: string): Promise<boolean>;
  /** The deposit address of an account; made when first asked for. */
  depositAddress(accountId: string): Promise<string>;
  /**
   * Sends test USDC on chain to an account's deposit address (local chain only); for seeds. `bookedAt` dates
   * the deposit's entry for a history that is brought in. Gives the transfer's id.
   */
  fund(accountId: string, amount: bigint, bookedAt?: Date): Promise<string>;
  /** At how many deposit addresses there is a booked sum that is large enough to be swept and has not been. */
  unswept(): Promise<number>;
  /** True once every one of these transfers is final and booked. */
  settled(transferIds: string[]): Promise<boolean>;
}

export interface WalletContext {
  db: Database;
  chain: ChainClient;
  sender: Sender;
  keys: KeyStore;
  log: Logger;
  metrics: Metrics;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
  /** The mint of USDC; on the local chain a test mint is made where this is undefined. */
  usdcMint: string | undefined;
  /** True on the local chain, where the faucet works. */
  faucet: boolean;
  /** Milliseconds between two looks for deposits. */
  pollMs: number;
}

export const wallet: ServiceModule<WalletApi, WalletContext> = {
  name: 'wallet',
  methods: {
    reads: ['accountsOfAddresses', 'isOwnAddress', 'depositAddress', 'unswept', 'settled'],
    writes: ['fund'],
  },
  migrations: { name: 'wallet', folder: new URL('./migrations/', import.meta.url) },
  create: createWallet,
};
