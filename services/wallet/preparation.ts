import { atomically } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import type { WalletContext } from './api.ts';
import { keepTreasury } from './treasury-store.ts';
import { KEYS, type Wallets } from './wallets.ts';

const SOL = 1_000_000_000n;
/** Below this the operator is told; an NFT costs some 0.007 SOL of rent and fees. */
const LOW = 1n * SOL;
/** Below this the fee payer is filled up on the local chain: more than can be spent between two looks. */
const LOW_ON_LOCAL_CHAIN = 100n * SOL;
const AIRDROP = 1_000n * SOL;
const EVERY_MS = 500;
const WHEN_READY_MS = 30_000;

/**
 * Sees to it that the exchange can work on its chain: the treasury is known, the fee payer has SOL, and on
 * the local chain the test USDC exists. It looks again now and then; all of it may be done twice.
 */
export function preparationJob(context: WalletContext, wallets: Wallets): Job {
  const { db, chain, keys, log, faucet, usdcMint } = context;
  let quietUntil = 0;

  async function settleTreasury(): Promise<void> {
    const wanted = await wallets.treasury();
    const stored = await atomically(db, (tx) => keepTreasury(tx, wanted));
    if (stored.mint !== wanted.mint || stored.address !== wanted.address) {
      throw new Error('the key file or the USDC mint is not the one that this database was made with');
    }
  }

  /** True when the fee payer has enough. */
  async function fillFeePayer(): Promise<boolean> {
    const { address } = await keys.signer(KEYS.feePayer);
    const balance = await chain.balance(address);
    if (balance >= (faucet ? LOW_ON_LOCAL_CHAIN : LOW)) return true;
    if (faucet) await chain.airdrop(address, AIRDROP);
    else log.warn({ address, lamports: balance.toString() }, 'the fee payer needs SOL');
    return !faucet;
  }

  /** True when USDC exists. Sending its creation twice is harmless: the key can be a mint only once. */
  async function makeUsdc(): Promise<boolean> {
    if ((await chain.tokenSupply(await wallets.mint())) !== undefined) return true;
    if (usdcMint) throw new Error('the configured USDC mint does not exist on this chain');
    const built = await chain.signTokenMintCreation({
      feePayer: await keys.signer(KEYS.feePayer),
      mint: await keys.signer(KEYS.usdcMint),
      mintAuthority: (await keys.signer(KEYS.usdcAuthority)).address,
    });
    if (!built.ok) throw new Error(`the test USDC cannot be made: ${built.error.detail}`);
    const sent = await chain.broadcast(built.value.wire);
    if (!sent.ok) log.warn({ error: sent.error }, 'the test USDC is not made yet');
    return false;
  }

  return {
    name: 'wallet.preparation',
    everyMs: EVERY_MS,
    async run() {
      if (performance.now() < quietUntil) return false;
      await settleTreasury();
      const ready = (await fillFeePayer()) && (await makeUsdc());
      if (ready) quietUntil = performance.now() + WHEN_READY_MS;
      return false;
    },
  };
}
