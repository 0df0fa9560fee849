import {
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getBase64Encoder,
  getTransactionDecoder,
  type KeyPairSigner,
  partiallySignTransaction,
} from '@solana/kit';
import { expect, vi } from 'vitest';
import { type BuildResult, type ChainClient, createChainClient, type SignedTransaction } from './client.ts';
import { type LocalnetOptions, startLocalnet } from './localnet/index.ts';

/** A local chain for one test file, with a funded fee payer. */
export interface TestChain {
  url: string;
  chain: ChainClient;
  feePayer: KeyPairSigner;
  /** Sends what a builder signed and waits until it is final; fails the test where it is not. */
  land(built: BuildResult | Promise<BuildResult>): Promise<string>;
  close(): Promise<void>;
}

/** What a builder signed; fails the test where it refused. */
export function signedBy(built: BuildResult): SignedTransaction {
  if (!built.ok) throw new Error(`${built.error.code}: ${built.error.detail}`);
  return built.value;
}

/** Waits until signatures are finalized. */
export async function finalized(chain: ChainClient, ...signatures: string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const statuses = await chain.statuses(signatures);
      for (const status of statuses.values()) expect(status.state).toBe('finalized');
    },
    { timeout: 15_000, interval: 20 },
  );
}

/** Starts a fast local chain in memory. */
export async function startTestChain(options: LocalnetOptions = {}): Promise<TestChain> {
  const localnet = await startLocalnet({ slotMs: 20, finalityLag: 4, ...options });
  const chain = createChainClient({ url: localnet.url });
  const feePayer = await generateKeyPairSigner();
  await finalized(chain, await chain.airdrop(feePayer.address, 100_000_000_000n));

  async function land(built: BuildResult | Promise<BuildResult>): Promise<string> {
    const { signature, wire } = signedBy(await built);
    expect(await chain.broadcast(wire)).toEqual({ ok: true, value: undefined });
    await finalized(chain, signature);
    expect((await chain.statuses([signature])).get(signature)?.err).toBeNull();
    return signature;
  }

  return { url: localnet.url, chain, feePayer, land, close: () => localnet.close() };
}

/** What a wallet gives back for a transaction that it was asked to sign, base64. */
export async function signedByWallet(wire: string, wallet: KeyPairSigner): Promise<string> {
  const transaction = getTransactionDecoder().decode(getBase64Encoder().encode(wire));
  return getBase64EncodedWireTransaction(await partiallySignTransaction([wallet.keyPair], transaction));
}
