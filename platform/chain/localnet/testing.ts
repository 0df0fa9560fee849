import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Address,
  appendTransactionMessageInstructions,
  type Blockhash,
  createSolanaRpc,
  createTransactionMessage,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  type Instruction,
  type KeyPairSigner,
  lamports,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';

/** Solana's JSON-RPC client for the address. */
export function connect(url: string) {
  return createSolanaRpc(url);
}

/** Solana's JSON-RPC client. */
export type Rpc = ReturnType<typeof connect>;

/** A signed transaction ready to be sent. */
export interface Signed {
  signature: ReturnType<typeof getSignatureFromTransaction>;
  wire: ReturnType<typeof getBase64EncodedWireTransaction>;
}

/** A blockhash as getLatestBlockhash gives it. */
export interface Lifetime {
  blockhash: Blockhash;
  lastValidBlockHeight: bigint;
}

/** A new folder for a test and the way to remove it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'localnet-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A new key with some lamports from the faucet. */
export async function fundedSigner(rpc: Rpc, amount = 10_000_000_000n): Promise<KeyPairSigner> {
  const signer = await generateKeyPairSigner();
  await rpc.requestAirdrop(signer.address, lamports(amount)).send();
  return signer;
}

/** Signs the instructions with every signer they name; the payer pays. */
export async function sign(
  rpc: Rpc,
  payer: KeyPairSigner,
  instructions: Instruction[],
  lifetime?: Lifetime,
): Promise<Signed> {
  const blockhash = lifetime ?? (await rpc.getLatestBlockhash().send()).value;
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayerSigner(payer, empty),
    (paid) => setTransactionMessageLifetimeUsingBlockhash(blockhash, paid),
    (timed) => appendTransactionMessageInstructions(instructions, timed),
  );
  const signed = await signTransactionMessageWithSigners(message);
  return { signature: getSignatureFromTransaction(signed), wire: getBase64EncodedWireTransaction(signed) };
}

/** A signed transfer of lamports. */
export function signTransfer(
  rpc: Rpc,
  source: KeyPairSigner,
  destination: Address,
  amount: bigint,
  lifetime?: Lifetime,
): Promise<Signed> {
  return sign(rpc, source, [getTransferSolInstruction({ source, destination, amount })], lifetime);
}

/** Sends with the preflight check. */
export function send(rpc: Rpc, signed: Signed) {
  return rpc.sendTransaction(signed.wire, { encoding: 'base64' }).send();
}

/** Signs and sends the instructions. */
export async function execute(rpc: Rpc, payer: KeyPairSigner, instructions: Instruction[]) {
  return send(rpc, await sign(rpc, payer, instructions));
}

/** Waits until the condition holds; fails after ten seconds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time');
    await sleep(5);
  }
}

/** Posts a raw body and gives the status and the parsed answer. */
export async function post(url: string, body: string | Uint8Array<ArrayBuffer>) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  const text = await response.text();
  return { status: response.status, body: response.status === 200 ? JSON.parse(text) : text };
}

/** Calls one method and gives the raw answer. */
export async function rawCall(url: string, method: string, params: unknown[] = []) {
  return (await post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).body;
}
