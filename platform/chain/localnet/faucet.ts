import { randomUUID } from 'node:crypto';
import {
  type Address,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  createKeyPairSignerFromPrivateKeyBytes,
  createTransactionMessage,
  getTransactionEncoder,
  type KeyPairSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { fromBase58 } from './bytes.ts';
import type { Chain } from './chain.ts';
import { parseTransaction, type WireTransaction } from './wire.ts';

const memoProgram = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

/** The account that airdrops come from; its key belongs to this chain alone and has no value elsewhere. */
export class Faucet {
  readonly #chain: Chain;
  readonly #signer: KeyPairSigner;

  private constructor(chain: Chain, signer: KeyPairSigner) {
    this.#chain = chain;
    this.#signer = signer;
  }

  static async open(chain: Chain): Promise<Faucet> {
    const signer = await createKeyPairSignerFromPrivateKeyBytes(chain.faucetKey());
    chain.fund(fromBase58(signer.address)!);
    return new Faucet(chain, signer);
  }

  /** A signed transfer of lamports; a memo keeps equal airdrops apart. */
  async transfer(destination: Address, lamports: bigint): Promise<WireTransaction> {
    const slot = this.#chain.slot('confirmed');
    const lifetime = {
      blockhash: blockhash(this.#chain.blockhashes.of(slot)),
      lastValidBlockHeight: BigInt(slot),
    };
    const instructions = [
      getTransferSolInstruction({ source: this.#signer, destination, amount: lamports }),
      { programAddress: memoProgram, data: new TextEncoder().encode(`airdrop ${randomUUID()}`) },
    ];
    const message = pipe(
      createTransactionMessage({ version: 0 }),
      (empty) => setTransactionMessageFeePayerSigner(this.#signer, empty),
      (paid) => setTransactionMessageLifetimeUsingBlockhash(lifetime, paid),
      (timed) => appendTransactionMessageInstructions(instructions, timed),
    );
    const signed = await signTransactionMessageWithSigners(message);
    const parsed = parseTransaction(new Uint8Array(getTransactionEncoder().encode(signed)));
    if ('reason' in parsed) throw new Error(`an airdrop transaction ${parsed.reason}`);
    return parsed;
  }
}
