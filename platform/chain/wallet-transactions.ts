import {
  type Base64EncodedWireTransaction,
  createNoopSigner,
  decompileTransactionMessage,
  getBase64EncodedWireTransaction,
  getBase64Encoder,
  getCompiledTransactionMessageDecoder,
  getPublicKeyFromAddress,
  getSignatureFromTransaction,
  getTransactionDecoder,
  type Instruction,
  isTransactionWithinSizeLimit,
  type ReadonlyUint8Array,
  type TransactionMessageBytes,
  verifySignature,
} from '@solana/kit';
import {
  identifyToken2022Instruction,
  parseTransferCheckedInstruction,
  Token2022Instruction,
} from '@solana-program/token-2022';
import { isAddress, type TokenProgram, toAddress, tokenProgramOf } from './addresses.ts';
import { compileMessage } from './compile.ts';
import type { Ledger } from './ledger.ts';
import { fail, ok, type Result } from './result.ts';
import type { BuildError } from './sign.ts';
import {
  amountProblem,
  memo,
  paymentProblem,
  type TokenTransfer,
  transferInstructions,
} from './token-transactions.ts';

/** A transaction that somebody else's wallet is to sign. */
export interface WalletTransaction {
  /** The bytes without a signature, base64. */
  wire: string;
  /** The transaction can only be included up to this block height. */
  lastValidBlockHeight: bigint;
}

/** A transfer of tokens that a transaction asks for. */
export interface AskedTransfer {
  program: TokenProgram;
  mint: string;
  /** The token account that gets them. */
  destination: string;
  /** In the token's smallest unit. */
  amount: bigint;
}

/** What a transaction that was signed elsewhere is. */
export interface ReadTransaction {
  signature: string;
  transfers: AskedTransfer[];
}

/** The chains that wallets know by name, by their first block. */
const NAMES: Record<string, string> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'solana:mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'solana:devnet',
  '4uhcVJyU9pJkvQyS88uRDiswHScSGQY3xTz4otYDmSmm': 'solana:testnet',
};

/** Transactions between the exchange and wallets outside, which sign for themselves. */
export function createWalletTransactions({ latestBlockhash, genesisHash }: Ledger) {
  /**
   * A transfer that its owner's wallet is to sign and to pay for; the receiver's token account is made if
   * missing, at the owner's cost.
   * @param input `reference` as in `signTokenTransfers`
   */
  async function unsignedTransfer(
    input: Omit<TokenTransfer, 'authority'> & { owner: string; reference: string },
  ): Promise<Result<WalletTransaction, BuildError>> {
    const { owner, mint, toOwner, amount, decimals, reference } = input;
    const problem = paymentProblem(reference) ?? amountProblem(mint, toOwner, amount, decimals);
    if (problem) return problem;
    if (!isAddress(owner)) return fail('invalid_address', 'The owner is not a Solana address.');
    const authority = createNoopSigner(owner);
    const instructions = [
      ...(await transferInstructions(authority, { ...input, authority })),
      memo(reference),
    ];
    const { blockhash, lastValidBlockHeight } = await latestBlockhash();
    const message = compileMessage(owner, instructions, blockhash);
    const transaction = {
      messageBytes: message.bytes as ReadonlyUint8Array as TransactionMessageBytes,
      signatures: Object.fromEntries(message.signers.map((address) => [address, null])),
      lifetimeConstraint: { blockhash, lastValidBlockHeight },
    };
    if (!isTransactionWithinSizeLimit(transaction)) return fail('too_large', 'The transaction is too large.');
    return ok({ wire: getBase64EncodedWireTransaction(transaction), lastValidBlockHeight });
  }

  /** The name by which wallets know this chain; one that they do not know is local. */
  async function walletChain(): Promise<string> {
    return NAMES[await genesisHash()] ?? 'solana:localnet';
  }

  return { unsignedTransfer, walletChain };
}

/**
 * Reads a transaction that was signed elsewhere. Undefined for what is none, for one that lacks a signature or has a
 * wrong one, and for one that takes accounts from lookup tables, which cannot be read without asking the chain.
 * @param wire base64; any text is safe to pass
 */
export async function readSignedTransaction(wire: string): Promise<ReadTransaction | undefined> {
  try {
    const bytes = getBase64Encoder().encode(wire as Base64EncodedWireTransaction);
    const { messageBytes, signatures } = getTransactionDecoder().decode(bytes);
    for (const [address, signature] of Object.entries(signatures)) {
      if (!signature) return undefined;
      const key = await getPublicKeyFromAddress(toAddress(address));
      if (!(await verifySignature(key, signature, messageBytes))) return undefined;
    }
    const { instructions } = decompileTransactionMessage(
      getCompiledTransactionMessageDecoder().decode(messageBytes),
    );
    return {
      signature: getSignatureFromTransaction({ messageBytes, signatures }),
      transfers: [...(instructions as readonly Instruction[])].flatMap((each) => transferOf(each) ?? []),
    };
  } catch {
    // The library throws in many ways at bytes that are no transaction.
    return undefined;
  }
}

function transferOf(instruction: Instruction): AskedTransfer | undefined {
  const program = tokenProgramOf(instruction.programAddress);
  const { data, accounts } = instruction;
  if (!program || !data || !accounts || accounts.length < 4) return undefined;
  // Both programs have the same instruction.
  if (identifyToken2022Instruction(data as Uint8Array) !== Token2022Instruction.TransferChecked)
    return undefined;
  const read = parseTransferCheckedInstruction({ ...instruction, data, accounts });
  const { mint, destination } = read.accounts;
  return { program, mint: mint.address, destination: destination.address, amount: read.data.amount };
}
