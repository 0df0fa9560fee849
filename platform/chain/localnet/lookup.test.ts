import {
  AccountRole,
  type Address,
  appendTransactionMessageInstructions,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  generateKeyPairSigner,
  getAddressEncoder,
  getBase64EncodedWireTransaction,
  getProgramDerivedAddress,
  getU64Encoder,
  type KeyPairSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Localnet, startLocalnet } from './index.ts';
import { connect, execute, fundedSigner, type Rpc, rawCall, until } from './testing.ts';

const program = 'AddressLookupTab1e1111111111111111111111111' as Address;
const systemProgram = '11111111111111111111111111111111' as Address;
let localnet: Localnet;
let rpc: Rpc;

beforeAll(async () => {
  localnet = await startLocalnet({ slotMs: 40 });
  rpc = connect(localnet.url);
});

afterAll(() => localnet.close());

async function createTable(payer: KeyPairSigner, entries: Address[]): Promise<Address> {
  await until(async () => (await rpc.getSlot().send()) > 3n);
  const slot = getU64Encoder().encode((await rpc.getSlot().send()) - 1n);
  const bytes = getAddressEncoder();
  const seeds = [bytes.encode(payer.address), slot];
  const [table, bump] = await getProgramDerivedAddress({ programAddress: program, seeds });
  const accounts = [
    { address: table, role: AccountRole.WRITABLE },
    { address: payer.address, role: AccountRole.READONLY_SIGNER, signer: payer },
    { address: payer.address, role: AccountRole.WRITABLE_SIGNER, signer: payer },
    { address: systemProgram, role: AccountRole.READONLY },
  ];
  const create = Uint8Array.from([0, 0, 0, 0, ...slot, bump]);
  const extend = Uint8Array.from([
    ...[2, 0, 0, 0],
    ...getU64Encoder().encode(entries.length),
    ...entries.flatMap((entry) => [...bytes.encode(entry)]),
  ]);
  await execute(rpc, payer, [
    { programAddress: program, accounts, data: create },
    { programAddress: program, accounts, data: extend },
  ]);
  const created = await rpc.getSlot().send();
  await until(async () => (await rpc.getSlot().send()) > created);
  return table;
}

test('addresses from a lookup table are loaded, written to and listed', async () => {
  const [payer, other, to] = await Promise.all([
    fundedSigner(rpc),
    generateKeyPairSigner(),
    generateKeyPairSigner(),
  ]);
  const entries = [other.address, to.address];
  const table = await createTable(payer, entries);
  const { value: lifetime } = await rpc.getLatestBlockhash().send();
  const transfer = getTransferSolInstruction({
    source: payer,
    destination: to.address,
    amount: 1_000_000_000n,
  });
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayerSigner(payer, empty),
    (paid) => setTransactionMessageLifetimeUsingBlockhash(lifetime, paid),
    (timed) => appendTransactionMessageInstructions([transfer], timed),
    (full) => compressTransactionMessageUsingAddressLookupTables(full, { [table]: entries }),
  );
  const wire = getBase64EncodedWireTransaction(await signTransactionMessageWithSigners(message));
  const signature = await rpc.sendTransaction(wire, { encoding: 'base64' }).send();

  expect((await rpc.getBalance(to.address).send()).value).toBe(1_000_000_000n);
  const options = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 };
  const { result } = await rawCall(localnet.url, 'getTransaction', [signature, options]);
  expect(result.transaction.message.accountKeys).not.toContain(to.address);
  expect(result.transaction.message.addressTableLookups).toEqual([
    { accountKey: table, writableIndexes: [1], readonlyIndexes: [] },
  ]);
  expect(result.meta.loadedAddresses).toEqual({ writable: [to.address], readonly: [] });
  expect(result.meta.postBalances.at(-1)).toBe(1_000_000_000);
  const [listed] = await rpc.getSignaturesForAddress(to.address).send();
  expect(listed?.signature).toBe(signature);
});
