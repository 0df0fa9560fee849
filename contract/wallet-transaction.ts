import { object, Type } from './schema.ts';

/** Longest transaction in base64: 1,232 bytes. */
export const LONGEST_TRANSACTION = 1644;

/** A transaction that a wallet outside is to sign. */
export const WalletTransaction = object({
  transaction: Type.String({
    maxLength: LONGEST_TRANSACTION,
    description: 'A Solana transaction in base64 that your wallet signs and pays the network fee of',
  }),
  chain: Type.String({
    description: 'The chain by the name that wallets know it by: solana:mainnet, solana:localnet …',
  }),
});
