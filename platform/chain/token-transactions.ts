import { type Address, getUtf8Encoder, type Instruction, type TransactionPartialSigner } from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import { getInitializeMint2Instruction, getMintSize, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import {
  getCreateAssociatedTokenIdempotentInstruction,
  getMintToCheckedInstruction,
  getTransferCheckedInstruction,
} from '@solana-program/token-2022';
import {
  isAddress,
  isWalletAddress,
  programAddress,
  type TokenProgram,
  toAddress,
  tokenAccountAddress,
} from './addresses.ts';
import type { Ledger } from './ledger.ts';
import { fail } from './result.ts';
import { type BuildError, type BuildResult, signTransaction } from './sign.ts';

/** An amount of one token on its way to one owner. */
export interface TokenTransfer {
  /** Owner of the tokens; they leave its associated token account. */
  authority: TransactionPartialSigner;
  program: TokenProgram;
  mint: string;
  /** The wallet that gets them; its associated token account is made if missing, at the payer's cost. */
  toOwner: string;
  /** In the token's smallest unit, at least 1. */
  amount: bigint;
  /** Decimals of the mint; the chain refuses the transfer where they differ. */
  decimals: number;
}

/** Common to what moves or makes amounts that can occur twice alike. */
interface Payment {
  feePayer: TransactionPartialSigner;
  /**
   * What makes this payment unlike any other, written on chain as a memo: 1 to 64 printable ASCII
   * characters, such as a random id. Without it two equal payments signed within one block would be ONE
   * transaction with one signature, and the second would never be paid.
   */
  reference: string;
}

const MEMO_PROGRAM = toAddress('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
const U64_MAX = 2n ** 64n - 1n;

/** An instruction that does nothing but carry a text. */
export function memo(text: string): Instruction {
  return { programAddress: MEMO_PROGRAM, data: getUtf8Encoder().encode(text) };
}

/** What is wrong with the reference of a payment, if anything. */
export function paymentProblem(reference: string): { ok: false; error: BuildError } | undefined {
  if (/^[\x21-\x7e]{1,64}$/.test(reference)) return undefined;
  return fail('invalid_input', 'A reference has 1 to 64 printable ASCII characters.');
}

/** What is wrong with what is to be transferred, if anything. */
export function amountProblem(mint: string, toOwner: string, amount: bigint, decimals: number) {
  if (!isAddress(mint)) return fail('invalid_address', 'The mint is not a Solana address.');
  if (!isWalletAddress(toOwner)) return fail('invalid_address', 'The receiver is not a wallet address.');
  if (amount < 1n || amount > U64_MAX) return fail('invalid_input', 'The amount is outside 1 to 2^64 - 1.');
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 255) {
    return fail('invalid_input', 'Decimals are outside 0 to 255.');
  }
  return undefined;
}

/** Makes the token account of an owner where it is missing. */
export function createTokenAccount(
  payer: TransactionPartialSigner,
  account: Address,
  owner: string,
  mint: string,
  program: TokenProgram,
): Instruction {
  return getCreateAssociatedTokenIdempotentInstruction({
    payer,
    ata: account,
    owner: toAddress(owner),
    mint: toAddress(mint),
    tokenProgram: programAddress(program),
  });
}

/** A transfer, and the receiver's token account where it is missing. */
export async function transferInstructions(
  feePayer: TransactionPartialSigner,
  { authority, program, mint, toOwner, amount, decimals }: TokenTransfer,
): Promise<Instruction[]> {
  const [source, destination] = await Promise.all([
    tokenAccountAddress(authority.address, mint, program),
    tokenAccountAddress(toOwner, mint, program),
  ]);
  return [
    createTokenAccount(feePayer, destination, toOwner, mint, program),
    getTransferCheckedInstruction(
      { source, mint: toAddress(mint), destination, authority, amount, decimals },
      { programAddress: programAddress(program) },
    ),
  ];
}

/** Builders of transactions for plain tokens. They sign and do not send; an unreachable node throws. */
export function createTokenTransactions({ latestBlockhash, rentFor }: Ledger) {
  /**
   * A new mint of the classic Token program: no supply, no freeze authority. It stands in for USDC (6
   * decimals, the default) on chains that have none.
   */
  async function signTokenMintCreation(input: {
    feePayer: TransactionPartialSigner;
    /** A new key, the mint's address. */
    mint: TransactionPartialSigner;
    mintAuthority: string;
    decimals?: number;
  }): Promise<BuildResult> {
    const { feePayer, mint, mintAuthority, decimals = 6 } = input;
    if (!isAddress(mintAuthority)) return fail('invalid_address', 'The mint authority is not an address.');
    const space = getMintSize();
    const [lifetime, lamports] = await Promise.all([latestBlockhash(), rentFor(space)]);
    const instructions = [
      getCreateAccountInstruction({
        payer: feePayer,
        newAccount: mint,
        lamports,
        space,
        programAddress: TOKEN_PROGRAM_ADDRESS,
      }),
      getInitializeMint2Instruction({ mint: mint.address, decimals, mintAuthority, freezeAuthority: null }),
    ];
    return signTransaction({ feePayer, signers: [mint], instructions, lifetime });
  }

  /** New tokens of a classic mint for an owner; the owner's token account is made if missing. */
  async function signMintTo(
    input: Payment & {
      mint: string;
      authority: TransactionPartialSigner;
      toOwner: string;
      amount: bigint;
      decimals?: number;
    },
  ): Promise<BuildResult> {
    const { feePayer, mint, authority, toOwner, amount, decimals = 6, reference } = input;
    const problem = paymentProblem(input.reference) ?? amountProblem(mint, toOwner, amount, decimals);
    if (problem) return problem;
    const token = await tokenAccountAddress(toOwner, mint, 'token');
    const instructions = [
      createTokenAccount(feePayer, token, toOwner, mint, 'token'),
      getMintToCheckedInstruction(
        { mint: toAddress(mint), token, mintAuthority: authority, amount, decimals },
        { programAddress: TOKEN_PROGRAM_ADDRESS },
      ),
      memo(reference),
    ];
    return signTransaction({
      feePayer,
      signers: [authority],
      instructions,
      lifetime: await latestBlockhash(),
    });
  }

  /**
   * Several transfers in one transaction: all happen or none does. At most 8 fit when they differ in
   * receiver only; more give `too_large`.
   */
  async function signTokenTransfers(input: Payment & { transfers: TokenTransfer[] }): Promise<BuildResult> {
    const { feePayer, transfers, reference } = input;
    if (transfers.length === 0) return fail('invalid_input', 'There is nothing to transfer.');
    const problem = paymentProblem(reference);
    if (problem) return problem;
    for (const { mint, toOwner, amount, decimals } of transfers) {
      const wrong = amountProblem(mint, toOwner, amount, decimals);
      if (wrong) return wrong;
    }
    const each = await Promise.all(transfers.map((transfer) => transferInstructions(feePayer, transfer)));
    return signTransaction({
      feePayer,
      signers: transfers.map((transfer) => transfer.authority),
      instructions: [...each.flat(), memo(reference)],
      lifetime: await latestBlockhash(),
    });
  }

  /** One transfer; see `signTokenTransfers`. */
  function signTokenTransfer(input: Payment & TokenTransfer): Promise<BuildResult> {
    const { feePayer, reference, ...transfer } = input;
    return signTokenTransfers({ feePayer, reference, transfers: [transfer] });
  }

  return { signTokenMintCreation, signMintTo, signTokenTransfer, signTokenTransfers };
}
