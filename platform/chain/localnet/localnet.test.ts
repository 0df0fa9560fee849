import {
  type Base64EncodedWireTransaction,
  type Blockhash,
  generateKeyPairSigner,
  lamports,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Localnet, startLocalnet } from './index.ts';
import {
  connect,
  execute,
  fundedSigner,
  type Rpc,
  rawCall,
  send,
  sign,
  signTransfer,
  until,
} from './testing.ts';

let localnet: Localnet;
let rpc: Rpc;

beforeAll(async () => {
  localnet = await startLocalnet({ slotMs: 20, finalityLag: 31 });
  rpc = connect(localnet.url);
});

afterAll(() => localnet.close());

test('the chain tells about itself', async () => {
  expect(await rpc.getHealth().send()).toBe('ok');
  expect((await rpc.getVersion().send())['solana-core']).toContain('litesvm');
  expect(await rpc.getGenesisHash().send()).toBe(await rpc.getGenesisHash().send());
  expect(await rpc.getFirstAvailableBlock().send()).toBe(0n);
  expect(await rpc.getMinimumBalanceForRentExemption(165n).send()).toBe(2_039_280n);
  expect((await rpc.getRecentPrioritizationFees().send()).at(-1)).toMatchObject({ prioritizationFee: 0n });
  const info = await rpc.getEpochInfo().send();
  expect(info).toMatchObject({ epoch: 0n, slotsInEpoch: 432_000n, blockHeight: info.absoluteSlot });
});

test('slots pass, and finalized ones follow 31 behind', async () => {
  const start = await rpc.getSlot({ commitment: 'processed' }).send();
  await until(async () => (await rpc.getSlot({ commitment: 'finalized' }).send()) > start);
  // In this order: a slot may pass between the two.
  const finalized = await rawCall(localnet.url, 'getSlot');
  const processed = await rawCall(localnet.url, 'getSlot', [{ commitment: 'processed' }]);
  expect(processed.result - finalized.result).toBeGreaterThanOrEqual(31);
  expect(await rpc.getBlockHeight().send()).toBeGreaterThan(start);
});

test('an airdrop arrives, and its transaction can be read in every form', async () => {
  const { address } = await generateKeyPairSigner();
  const signature = await rpc.requestAirdrop(address, lamports(1_500_000_000n)).send();
  expect((await rpc.getBalance(address).send()).value).toBe(1_500_000_000n);
  const found = await rpc
    .getTransaction(signature, { encoding: 'json', maxSupportedTransactionVersion: 0 })
    .send();
  const index = found?.transaction.message.accountKeys.indexOf(address) ?? -1;
  expect(found?.meta).toMatchObject({ err: null, fee: 5000n });
  expect(found?.meta?.preBalances[index]).toBe(0n);
  expect(found?.meta?.postBalances[index]).toBe(1_500_000_000n);
  expect(found?.meta?.preBalances[0]).toBe((found?.meta?.postBalances[0] ?? 0n) + 1_500_005_000n);
  expect(Math.abs(Number(found?.blockTime) - Date.now() / 1000)).toBeLessThan(30);
  const binary = await rpc
    .getTransaction(signature, { encoding: 'base64', maxSupportedTransactionVersion: 0 })
    .send();
  expect(binary?.transaction[1]).toBe('base64');
  const refused = await rawCall(localnet.url, 'getTransaction', [signature, { commitment: 'confirmed' }]);
  expect(refused.error.code).toBe(-32015);
});

test('a transfer is simulated, sent, found by its signature and by its addresses', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const signed = await signTransfer(rpc, from, to.address, 1_000_000_000n);
  const simulated = await rpc
    .simulateTransaction(signed.wire, {
      encoding: 'base64',
      sigVerify: true,
      accounts: { encoding: 'base64', addresses: [to.address] },
    })
    .send();
  expect(simulated.value.err).toBeNull();
  expect(simulated.value.accounts[0]?.lamports).toBe(1_000_000_000n);
  expect((await rpc.getAccountInfo(to.address, { encoding: 'base64' }).send()).value).toBeNull();

  expect(await send(rpc, signed)).toBe(signed.signature);
  const { value: account } = await rpc.getAccountInfo(to.address, { encoding: 'base64' }).send();
  expect(account).toMatchObject({
    lamports: 1_000_000_000n,
    executable: false,
    space: 0n,
    data: ['', 'base64'],
  });
  const { value: statuses } = await rpc.getSignatureStatuses([signed.signature]).send();
  expect(statuses[0]).toMatchObject({ err: null, status: { Ok: null } });
  const later = await execute(rpc, from, [
    getTransferSolInstruction({ source: from, destination: to.address, amount: 1n }),
  ]);
  const signatures = async (options = {}) =>
    (await rpc.getSignaturesForAddress(to.address, options).send()).map((each) => each.signature);
  expect(await signatures()).toEqual([later, signed.signature]);
  expect(await signatures({ limit: 1 })).toEqual([later]);
  expect(await signatures({ before: later })).toEqual([signed.signature]);
  expect(await signatures({ until: signed.signature })).toEqual([later]);
});

test('a transaction that would fail is refused with the reason, and costs nothing', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const { wire } = await signTransfer(rpc, from, to.address, 11_000_000_000n);
  const { error } = await rawCall(localnet.url, 'sendTransaction', [wire, { encoding: 'base64' }]);
  expect(error.code).toBe(-32002);
  expect(error.message).toBe(
    'Transaction simulation failed: Error processing Instruction 0: custom program error: 0x1',
  );
  expect(error.data.err).toEqual({ InstructionError: [0, { Custom: 1 }] });
  expect(error.data.logs.join()).toContain('insufficient lamports');
  expect((await rpc.getBalance(from.address).send()).value).toBe(10_000_000_000n);
});

test('without the preflight check a failing transaction lands, pays its fee and keeps its error', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const { wire, signature } = await signTransfer(rpc, from, to.address, 11_000_000_000n);
  await rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true }).send();
  expect((await rpc.getBalance(from.address).send()).value).toBe(9_999_995_000n);
  const err = { InstructionError: [0, { Custom: 1 }] };
  const { result } = await rawCall(localnet.url, 'getSignatureStatuses', [[signature]]);
  expect(result.value[0]).toMatchObject({ err, status: { Err: err } });
  const options = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 };
  const found = await rawCall(localnet.url, 'getTransaction', [signature, options]);
  expect(found.result.meta).toMatchObject({ err, fee: 5000 });
});

test('a transaction is never executed twice', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const signed = await signTransfer(rpc, from, to.address, 1_000_000_000n);
  await send(rpc, signed);
  const { error } = await rawCall(localnet.url, 'sendTransaction', [signed.wire, { encoding: 'base64' }]);
  expect(error).toMatchObject({ code: -32002, data: { err: 'AlreadyProcessed' } });
  await rpc.sendTransaction(signed.wire, { encoding: 'base64', skipPreflight: true }).send();
  expect((await rpc.getBalance(to.address).send()).value).toBe(1_000_000_000n);
});

test('a blockhash serves 150 blocks, no longer', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const { value: lifetime } = await rpc.getLatestBlockhash().send();
  const height = await rpc.getBlockHeight().send();
  expect(Number(lifetime.lastValidBlockHeight - height)).toBeLessThanOrEqual(150);
  expect((await rpc.isBlockhashValid(lifetime.blockhash).send()).value).toBe(true);
  const late = await signTransfer(rpc, from, to.address, 1_000_000_000n, lifetime);
  await until(async () => (await rpc.getBlockHeight().send()) > lifetime.lastValidBlockHeight);
  expect((await rpc.isBlockhashValid(lifetime.blockhash).send()).value).toBe(false);
  const unknown = { ...lifetime, blockhash: to.address as string as Blockhash };
  for (const signed of [late, await signTransfer(rpc, from, to.address, 1n, unknown)]) {
    const { error } = await rawCall(localnet.url, 'sendTransaction', [signed.wire, { encoding: 'base64' }]);
    expect(error.message).toBe('Transaction simulation failed: Blockhash not found');
    expect(error.data.err).toBe('BlockhashNotFound');
  }
  expect((await rpc.getBalance(to.address).send()).value).toBe(0n);
});

test('a forged signature is refused', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const bytes = Buffer.from((await signTransfer(rpc, from, to.address, 1_000_000_000n)).wire, 'base64');
  bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
  const wire = bytes.toString('base64') as Base64EncodedWireTransaction;
  const { error } = await rawCall(localnet.url, 'sendTransaction', [wire, { encoding: 'base64' }]);
  expect(error.code).toBe(-32003);
  await rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true }).send();
  expect((await rpc.getBalance(to.address).send()).value).toBe(0n);
});

test('finalized reads give the state of the finalized slot', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const signed = await signTransfer(rpc, from, to.address, 1_000_000_000n);
  await send(rpc, signed);
  const finalized = async () => (await rpc.getBalance(to.address, { commitment: 'finalized' }).send()).value;
  const status = async () =>
    (await rpc.getSignatureStatuses([signed.signature]).send()).value[0]?.confirmationStatus;
  const final = { commitment: 'finalized', maxSupportedTransactionVersion: 0, encoding: 'json' } as const;
  expect(await finalized()).toBe(0n);
  expect(await status()).toBe('confirmed');
  expect(await rpc.getTransaction(signed.signature, final).send()).toBeNull();
  expect(await rpc.getSignaturesForAddress(to.address, final).send()).toEqual([]);
  expect((await rpc.getBalance(to.address, { commitment: 'processed' }).send()).value).toBe(1_000_000_000n);
  await until(async () => (await status()) === 'finalized');
  expect(await finalized()).toBe(1_000_000_000n);
  expect((await rpc.getTransaction(signed.signature, final).send())?.slot).toBeDefined();
  expect(await rpc.getSignaturesForAddress(to.address, final).send()).toHaveLength(1);
});

test('the fee that is announced is the fee that is paid', async () => {
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const budget = 'ComputeBudget111111111111111111111111111111' as typeof from.address;
  const price = { programAddress: budget, data: Uint8Array.of(3, 0x40, 0x42, 0x0f, 0, 0, 0, 0, 0) };
  const limit = { programAddress: budget, data: Uint8Array.of(2, 0x10, 0x27, 0, 0) };
  const memo = {
    programAddress: 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr' as typeof from.address,
    data: Uint8Array.of(65),
  };
  const transfer = getTransferSolInstruction({ source: from, destination: to.address, amount: 1_000_000n });
  for (const instructions of [[transfer], [price, transfer], [price, memo], [price, limit, transfer]]) {
    const signed = await sign(rpc, from, instructions);
    const message = Buffer.from(signed.wire, 'base64').subarray(65).toString('base64');
    const announced = await rawCall(localnet.url, 'getFeeForMessage', [message, { commitment: 'confirmed' }]);
    const before = (await rpc.getBalance(from.address).send()).value;
    await send(rpc, signed);
    const after = (await rpc.getBalance(from.address).send()).value;
    const moved = instructions.includes(transfer) ? 1_000_000n : 0n;
    expect(BigInt(announced.result.value)).toBe(before - after - moved);
  }
});
