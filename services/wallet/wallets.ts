import { tokenAccountAddress } from '@ece/platform/chain/client';
import type { WalletContext } from './api.ts';

/** Paths of the keys that hold funds or pay for transactions. */
export const KEYS = {
  feePayer: 'fee-payer',
  treasury: 'treasury',
  usdcMint: 'usdc-mint',
  usdcAuthority: 'usdc-authority',
  deposit: (accountId: string) => `deposit/${accountId}`,
} as const;

/** The exchange's own wallets, and the token accounts that belong to them. */
export type Wallets = ReturnType<typeof createWallets>;

/** Makes the exchange's wallets from its keys; nothing is asked of the chain. */
export function createWallets({ keys, usdcMint }: Pick<WalletContext, 'keys' | 'usdcMint'>) {
  /** The mint of USDC: the configured one, or else the test mint of the local chain. */
  async function mint(): Promise<string> {
    return usdcMint ?? (await keys.signer(KEYS.usdcMint)).address;
  }

  async function tokenAccount(owner: string): Promise<string> {
    return tokenAccountAddress(owner, await mint(), 'token');
  }

  /** An account's deposit address and the token account where its USDC arrives. */
  async function depositOf(accountId: string): Promise<{ address: string; tokenAccount: string }> {
    const { address } = await keys.signer(KEYS.deposit(accountId));
    return { address, tokenAccount: await tokenAccount(address) };
  }

  /** The treasury: where deposits are collected and withdrawals are paid from. */
  async function treasury(): Promise<{ mint: string; address: string; tokenAccount: string }> {
    const { address } = await keys.signer(KEYS.treasury);
    return { mint: await mint(), address, tokenAccount: await tokenAccount(address) };
  }

  /** Every address that is the exchange's, deposit addresses aside. */
  async function fixedAddresses(): Promise<string[]> {
    const { address, tokenAccount: account } = await treasury();
    const signers = [KEYS.feePayer, KEYS.usdcAuthority].map((path) => keys.signer(path));
    const others = (await Promise.all(signers)).map((signer) => signer.address);
    return [await mint(), address, account, ...others];
  }

  return { mint, depositOf, treasury, fixedAddresses };
}
