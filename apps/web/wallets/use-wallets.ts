'use client';

import {
  SolanaSignMessage,
  type SolanaSignMessageFeature,
  SolanaSignTransaction,
  type SolanaSignTransactionFeature,
} from '@solana/wallet-standard-features';
import { getWallets } from '@wallet-standard/app';
import type { Wallet, WalletAccount, WalletWithFeatures } from '@wallet-standard/base';
import {
  StandardConnect,
  type StandardConnectFeature,
  StandardDisconnect,
  type StandardDisconnectFeature,
} from '@wallet-standard/features';
import { useSyncExternalStore } from 'react';
import { challengeText, isProven } from './proof.ts';

/** A wallet that can be connected and that can sign a message, perhaps transactions as well. */
type SolanaWallet = WalletWithFeatures<
  StandardConnectFeature &
    SolanaSignMessageFeature &
    Partial<SolanaSignTransactionFeature & StandardDisconnectFeature>
>;

/** A wallet that has proven its address. */
export interface ProvenWallet {
  name: string;
  icon: string;
  address: string;
  signsTransactions: boolean;
}

/** A transaction as the exchange prepares it. */
export interface Signable {
  /** Base64. */
  transaction: string;
  /** The chain by the name that wallets know it by. */
  chain: string;
}

export type ConnectFault = 'declined' | 'noAccount' | 'notProven' | 'unsupported';

interface State {
  /** Wallets of this browser that can be used. */
  wallets: readonly SolanaWallet[];
  /** The one that is connected; it is forgotten with the page. */
  proven: ProvenWallet | undefined;
}

let state: State = { wallets: [], proven: undefined };
let connected: { wallet: SolanaWallet; account: WalletAccount } | undefined;
const listeners = new Set<() => void>();
let isWatching = false;

function become(next: Partial<State>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

function isUsable(wallet: Wallet): wallet is SolanaWallet {
  return (
    StandardConnect in wallet.features &&
    SolanaSignMessage in wallet.features &&
    wallet.chains.some((chain) => chain.startsWith('solana:'))
  );
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (!isWatching) {
    isWatching = true;
    const { get, on } = getWallets();
    const read = () => become({ wallets: get().filter(isUsable) });
    on('register', read);
    on('unregister', read);
    read();
  }
  return () => listeners.delete(listener);
}

const NOBODY: State = { wallets: [], proven: undefined };

/** The wallets of this browser (Wallet Standard), and the one that has proven its address. */
export function useWallets(): State {
  return useSyncExternalStore(
    listen,
    () => state,
    () => NOBODY,
  );
}

/**
 * Connects a wallet and has it sign a message with the key of its address.
 * @returns what went wrong, or undefined
 */
export async function connectWallet(wallet: SolanaWallet): Promise<ConnectFault | undefined> {
  let account: WalletAccount | undefined;
  try {
    const { accounts } = await wallet.features[StandardConnect].connect();
    account = accounts.find(({ features }) => features.includes(SolanaSignMessage));
  } catch {
    return 'declined';
  }
  if (!account) return 'noAccount';
  const { address } = account;
  const text = challengeText({
    host: location.host,
    address,
    nonce: crypto.randomUUID(),
    at: new Date().toISOString(),
  });
  const output = await sign(wallet, account, text);
  if (!output) return 'declined';
  try {
    const proven = await isProven(text, { address, publicKey: new Uint8Array(account.publicKey), ...output });
    if (!proven) return 'notProven';
  } catch {
    return 'unsupported';
  }
  connected = { wallet, account };
  const signsTransactions =
    SolanaSignTransaction in wallet.features && account.features.includes(SolanaSignTransaction);
  become({ proven: { name: wallet.name, icon: wallet.icon, address, signsTransactions } });
  return undefined;
}

async function sign(wallet: SolanaWallet, account: WalletAccount, text: string) {
  const message = new TextEncoder().encode(text);
  try {
    const [output] = await wallet.features[SolanaSignMessage].signMessage({ account, message });
    return output;
  } catch {
    // People decline, and wallets say so in ways of their own.
    return undefined;
  }
}

/**
 * Has the connected wallet sign a transaction.
 * @returns the signed transaction in base64; undefined where the wallet declines or cannot do it
 */
export async function signTransaction({ transaction, chain }: Signable): Promise<string | undefined> {
  const feature = connected?.wallet.features[SolanaSignTransaction];
  if (!connected || !feature) return undefined;
  try {
    const [output] = await feature.signTransaction({
      account: connected.account,
      transaction: Uint8Array.from(atob(transaction), (character) => character.charCodeAt(0)),
      chain: chain as `${string}:${string}`,
    });
    return output && btoa(String.fromCharCode(...output.signedTransaction));
  } catch {
    return undefined;
  }
}

/** Forgets the connected wallet, and tells it. */
export async function disconnectWallet(): Promise<void> {
  const wallet = connected?.wallet;
  connected = undefined;
  become({ proven: undefined });
  await wallet?.features[StandardDisconnect]?.disconnect().catch(() => {});
}
