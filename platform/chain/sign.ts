import {
  assertIsFullySignedTransaction,
  type Blockhash,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  getTransactionSize,
  type Instruction,
  isTransactionWithinSizeLimit,
  type ReadonlyUint8Array,
  type TransactionMessageBytes,
  type TransactionPartialSigner,
} from '@solana/kit';
import { compileMessage } from './compile.ts';
import { fail, ok, type Result } from './result.ts';

/** A complete transaction that has not been sent. Store its signature before you broadcast it. */
export interface SignedTransaction {
  /** Names the transaction on chain for ever, base58. */
  signature: string;
  /** The bytes to broadcast, base64. */
  wire: string;
  /** The transaction can only be included up to this block height. */
  lastValidBlockHeight: bigint;
}

/** Why a transaction cannot be built: it exceeds 1,232 bytes, or its input can never be valid. */
export type BuildError = { code: 'too_large' | 'invalid_address' | 'invalid_input'; detail: string };

/** What building gives: a signed transaction or the expected reason why there is none. */
export type BuildResult = Result<SignedTransaction, BuildError>;

/** Compiles and signs a version 0 transaction. Signers are told apart by address and may repeat. */
export async function signTransaction(input: {
  feePayer: TransactionPartialSigner;
  signers: TransactionPartialSigner[];
  instructions: Instruction[];
  lifetime: { blockhash: Blockhash; lastValidBlockHeight: bigint };
}): Promise<BuildResult> {
  const { feePayer, signers, instructions, lifetime } = input;
  const message = compileMessage(feePayer.address, instructions, lifetime.blockhash);
  const compiled = {
    messageBytes: message.bytes as ReadonlyUint8Array as TransactionMessageBytes,
    signatures: Object.fromEntries(message.signers.map((address) => [address, null])),
    lifetimeConstraint: lifetime,
  };
  if (!isTransactionWithinSizeLimit(compiled)) {
    return fail('too_large', `The transaction has ${getTransactionSize(compiled)} bytes; 1232 are allowed.`);
  }
  const unique = new Map([feePayer, ...signers].map((signer) => [signer.address, signer]));
  const signatures = await Promise.all(
    [...unique.values()].map(async (signer) => (await signer.signTransactions([compiled]))[0]),
  );
  const signed = { ...compiled, signatures: Object.assign({}, compiled.signatures, ...signatures) };
  assertIsFullySignedTransaction(signed);
  return ok({
    signature: getSignatureFromTransaction(signed),
    wire: getBase64EncodedWireTransaction(signed),
    lastValidBlockHeight: lifetime.lastValidBlockHeight,
  });
}
