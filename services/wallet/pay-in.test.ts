import { operations } from '@ece/contract';
import { signedByWallet } from '@ece/platform/chain/test-chain';
import { newId } from '@ece/platform/ids/index';
import { readBalance } from '@ece/vault';
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openWorld, problems, type WalletProcess, type World } from './test-world.ts';
import { KEYS } from './wallets.ts';

const { wallet: contract } = operations;
const USDC = 1_000_000n;

let world: World;
let process: WalletProcess;
let wallet: KeyPairSigner;
beforeAll(async () => {
  world = await openWorld(inject('chain'));
  process = world.start();
  wallet = await world.outsider(20n * USDC);
});
afterAll(() => world.close());

const prepare = (account: string, from: string, amount: string) =>
  process.call(account, 'POST', '/wallet/deposits', { from, amount });
const send = (account: string, transaction: string) =>
  process.call(account, 'POST', '/wallet/deposits/signed', { transaction });
const refused = (code: string) => expect.objectContaining({ body: expect.objectContaining({ code }) });

async function signed(account: string, amount: string): Promise<string> {
  const { body } = await prepare(account, wallet.address, amount);
  return await signedByWallet(String(body.transaction), wallet);
}

test('a wallet pays in by a transaction that it signs itself, once however often it is passed on', async () => {
  const account = newId();
  const prepared = await prepare(account, wallet.address, '12.5');
  expect(problems(contract.prepareDeposit, prepared)).toBeUndefined();
  expect(prepared.body.chain).toBe('solana:localnet');
  const transaction = await signedByWallet(String(prepared.body.transaction), wallet);
  const sent = await send(account, transaction);
  expect(problems(contract.sendDeposit, sent)).toBeUndefined();
  expect((await send(account, transaction)).body).toEqual(sent.body);
  await world.until([process], async () => (await readBalance(world.db, account))?.available === 12_500_000n);
  const { items } = (await process.call(account, 'GET', '/wallet/transfers')).body as { items: object[] };
  expect(items).toMatchObject([{ kind: 'deposit', amount: '12.5', signature: sent.body.signature }]);
  expect(await send(account, transaction)).toEqual(sent);
  await world.until([process], async () => (await world.usdcOf(wallet.address)) === 7_500_000n);
});

test('what a wallet does not hold, too little, and an address that nobody outside has are refused', async () => {
  const account = newId();
  const { depositAddress } = (await process.call(account, 'GET', '/wallet')).body;
  const treasury = (await world.keys.signer(KEYS.treasury)).address;
  const stranger = (await generateKeyPairSigner()).address;
  for (const [from, amount, code] of [
    [wallet.address, '20.000001', 'not_in_wallet'],
    [stranger, '1', 'not_in_wallet'],
    [wallet.address, '0.009999', 'amount_too_small'],
    [String(depositAddress), '1', 'own_address'],
    [treasury, '1', 'own_address'],
    ['1'.repeat(32), '1', 'invalid_address'],
  ] as const) {
    expect(await prepare(account, from, amount), code).toEqual(refused(code));
  }
});

test('only a payment to the caller’s own address with a signature that fits is passed on', async () => {
  const [account, other] = [newId(), newId()];
  const { body } = await prepare(account, wallet.address, '1');
  const unsigned = String(body.transaction);
  expect(await send(account, unsigned)).toEqual(refused('not_a_deposit'));
  const good = await signedByWallet(unsigned, wallet);
  expect(await send(other, good)).toEqual(refused('not_a_deposit'));
  const bytes = Buffer.from(good, 'base64');
  bytes[5]! ^= 1;
  expect(await send(account, bytes.toString('base64'))).toEqual(refused('not_a_deposit'));
  expect(await send(account, 'AAAA')).toEqual(refused('not_a_deposit'));

  const { depositAddress } = (await process.call(account, 'GET', '/wallet')).body;
  const mint = (await generateKeyPairSigner()).address;
  const transfer = {
    program: 'token',
    mint,
    toOwner: String(depositAddress),
    amount: 1n,
    decimals: 6,
  } as const;
  const foreign = await world.chain.unsignedTransfer({
    ...transfer,
    owner: wallet.address,
    reference: newId(),
  });
  if (!foreign.ok) throw new Error(foreign.error.detail);
  const transaction = await signedByWallet(foreign.value.wire, wallet);
  expect(await send(account, transaction)).toEqual(refused('not_a_deposit'));
});

test('a payment that the wallet cannot make any more is refused by the chain', async () => {
  const account = newId();
  const [first, second] = [await signed(account, '7'), await signed(account, '7')];
  expect((await send(account, first)).status).toBe(202);
  await world.until([process], async () => (await readBalance(world.db, account))?.available === 7n * USDC);
  expect(await send(account, second)).toEqual(refused('transaction_refused'));
});
