import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokenAccountAddress } from './client.ts';
import { finalized, signedBy, startTestChain, type TestChain } from './test-chain.ts';

let local: TestChain;
let mint: KeyPairSigner;
let treasury: KeyPairSigner;
let reference = 0;
const next = (): string => `ref-${reference++}`;

beforeAll(async () => {
  local = await startTestChain();
  [mint, treasury] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
  const { chain, feePayer, land } = local;
  await land(chain.signTokenMintCreation({ feePayer, mint, mintAuthority: treasury.address }));
  await land(mintTo(treasury.address, 1_000_000_000n));
});
afterAll(() => local.close());

function mintTo(toOwner: string, amount: bigint) {
  const { chain, feePayer } = local;
  return chain.signMintTo({
    feePayer,
    mint: mint.address,
    authority: treasury,
    toOwner,
    amount,
    reference: next(),
  });
}

async function holdings(...owners: string[]): Promise<(bigint | null)[]> {
  const accounts = await Promise.all(
    owners.map((owner) => tokenAccountAddress(owner, mint.address, 'token')),
  );
  return local.chain.tokenBalances(accounts, 'finalized');
}

function transfer(toOwner: string, amount: bigint, from: KeyPairSigner = treasury) {
  return { authority: from, program: 'token', mint: mint.address, toOwner, amount, decimals: 6 } as const;
}

test('the chain answers about itself', async () => {
  const { chain, feePayer } = local;
  expect(await chain.health()).toBe(true);
  expect(await chain.genesisHash()).toMatch(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
  const height = await chain.blockHeight('finalized');
  const final = await chain.slot('finalized');
  expect(height).toBeLessThanOrEqual(final);
  expect(final).toBeLessThan(await chain.slot('confirmed'));
  expect(await chain.balance(feePayer.address)).toBeGreaterThan(90_000_000_000n);
  expect(await chain.balance((await generateKeyPairSigner()).address)).toBe(0n);
  const { lastValidBlockHeight } = await chain.latestBlockhash();
  expect(lastValidBlockHeight).toBeGreaterThan(await chain.blockHeight('finalized'));
});

test('minted tokens are in the supply and in the owner’s account', async () => {
  expect(await local.chain.tokenSupply(mint.address)).toBe(1_000_000_000n);
  expect((await holdings(treasury.address))[0]).toBeGreaterThan(0n);
});

test('a transfer makes the receiver’s account, moves the amount and is told with both changes', async () => {
  const { chain, feePayer, land } = local;
  const user = await generateKeyPairSigner();
  const input = { feePayer, ...transfer(user.address, 1_250_000n), reference: next() };
  const signature = await land(chain.signTokenTransfer(input));
  expect(await holdings(user.address)).toEqual([1_250_000n]);
  const told = await chain.transaction(signature);
  expect(told).toMatchObject({ signature, err: null });
  expect(told?.fee).toBe(10_000n);
  expect(told?.blockTime).not.toBeNull();
  const accounts = await Promise.all(
    [treasury, user].map(({ address }) => tokenAccountAddress(address, mint.address, 'token')),
  );
  expect(new Set(told?.tokenChanges)).toEqual(
    new Set([
      { account: accounts[0], owner: treasury.address, mint: mint.address, delta: -1_250_000n },
      { account: accounts[1], owner: user.address, mint: mint.address, delta: 1_250_000n },
    ]),
  );
  await land(
    chain.signTokenTransfer({ feePayer, ...transfer(treasury.address, 250_000n, user), reference: next() }),
  );
  expect(await holdings(user.address)).toEqual([1_000_000n]);
});

test('equal payments with different references are two payments, with one reference one', async () => {
  const { chain, feePayer, land } = local;
  const user = await generateKeyPairSigner();
  const pay = async (name: string) =>
    signedBy(await chain.signTokenTransfer({ feePayer, ...transfer(user.address, 5n), reference: name }));
  const [first, second, same] = await Promise.all([pay('first'), pay('second'), pay('first')]);
  expect(first.signature).not.toBe(second.signature);
  expect(first.signature).toBe(same.signature);
  await land({ ok: true, value: first });
  await land({ ok: true, value: second });
  await land({ ok: true, value: same });
  expect(await holdings(user.address)).toEqual([10n]);
});

test('many transfers go in one transaction, all or none', async () => {
  const { chain, feePayer, land } = local;
  const users = await Promise.all(Array.from({ length: 8 }, () => generateKeyPairSigner()));
  const transfers = users.map((user, index) => transfer(user.address, BigInt(index + 1)));
  await land(chain.signTokenTransfers({ feePayer, transfers, reference: next() }));
  expect(await holdings(...users.map((user) => user.address))).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);

  const impossible = [transfer(users[0]!.address, 100n), transfer(users[1]!.address, 10n ** 15n)];
  const built = signedBy(
    await chain.signTokenTransfers({ feePayer, transfers: impossible, reference: next() }),
  );
  expect(await chain.broadcast(built.wire)).toMatchObject({ ok: false, error: { code: 'rejected' } });
  expect(await holdings(users[0]!.address)).toEqual([1n]);
});

test('too many transfers are refused by size', async () => {
  const { chain, feePayer } = local;
  const users = await Promise.all(Array.from({ length: 20 }, () => generateKeyPairSigner()));
  const transfers = users.map((user) => transfer(user.address, 1n));
  const refused = await chain.signTokenTransfers({ feePayer, transfers, reference: next() });
  expect(refused).toMatchObject({ ok: false, error: { code: 'too_large' } });
});

test('input that can never be valid is refused before anything is signed', async () => {
  const { chain, feePayer } = local;
  const user = (await generateKeyPairSigner()).address;
  const account = await tokenAccountAddress(user, mint.address, 'token');
  const attempt = (change: object) =>
    chain.signTokenTransfer({ feePayer, ...transfer(user, 1n), reference: 'x', ...change });
  for (const toOwner of ['', 'nonsense', account, '11111111111111111111111111111111', `${user}\n`]) {
    expect(await attempt({ toOwner })).toMatchObject({ ok: false, error: { code: 'invalid_address' } });
  }
  expect(await attempt({ mint: 'nonsense' })).toMatchObject({ error: { code: 'invalid_address' } });
  for (const change of [
    { amount: 0n },
    { amount: -1n },
    { amount: 2n ** 64n },
    { decimals: 256 },
    { decimals: 1.5 },
    { reference: '' },
    { reference: 'two words' },
    { reference: 'x'.repeat(65) },
  ]) {
    expect(await attempt(change)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  }
  expect(await chain.signTokenTransfers({ feePayer, transfers: [], reference: 'x' })).toMatchObject({
    error: { code: 'invalid_input' },
  });
});

test('balances of strange accounts are null, in the order asked and beyond one batch', async () => {
  const { chain, feePayer } = local;
  const known = await tokenAccountAddress(treasury.address, mint.address, 'token');
  const strangers = await Promise.all(Array.from({ length: 120 }, () => generateKeyPairSigner()));
  const accounts = [mint.address, feePayer.address, ...strangers.map(({ address }) => address), known];
  const balances = await chain.tokenBalances(accounts);
  expect(balances).toHaveLength(123);
  expect(balances.slice(0, -1).every((balance) => balance === null)).toBe(true);
  expect(balances.at(-1)).toBeGreaterThan(0n);
  expect(await chain.tokenSupply(known)).toBeUndefined();
  expect(await chain.tokenSupply(feePayer.address)).toBeUndefined();
});

test('tokens may go to people, not to mints, accounts and programs', async () => {
  const { chain, feePayer } = local;
  const known = await tokenAccountAddress(treasury.address, mint.address, 'token');
  expect(await chain.canReceive(feePayer.address)).toBe(true);
  expect(await chain.canReceive((await generateKeyPairSigner()).address)).toBe(true);
  for (const address of [mint.address, known, 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 'nonsense']) {
    expect([address, await chain.canReceive(address)]).toEqual([address, false]);
  }
});

test('the history of a token account, in pages and up to a known signature', async () => {
  const { chain } = local;
  const user = await generateKeyPairSigner();
  const account = await tokenAccountAddress(user.address, mint.address, 'token');
  expect(await chain.signaturesFor(account)).toEqual([]);
  const sent: string[] = [];
  for (const amount of [1n, 2n, 3n]) sent.unshift(await local.land(mintTo(user.address, amount)));
  await finalized(chain, ...sent);
  const names = async (page: { until?: string; before?: string; limit?: number }) =>
    (await chain.signaturesFor(account, page)).map((entry) => entry.signature);
  expect(await names({})).toEqual(sent);
  expect(await names({ limit: 2 })).toEqual(sent.slice(0, 2));
  expect(await names({ before: sent[1]! })).toEqual([sent[2]]);
  expect(await names({ until: sent[2]! })).toEqual(sent.slice(0, 2));
  const [entry] = await chain.signaturesFor(account, { limit: 1 });
  expect(entry).toMatchObject({ err: null });
  expect((await chain.transaction(entry!.signature))?.tokenChanges).toEqual([
    { account, owner: user.address, mint: mint.address, delta: 3n },
  ]);
});

test('a transaction that nobody knows is undefined', async () => {
  const user = await generateKeyPairSigner();
  const { signature } = signedBy(await mintTo(user.address, 1n));
  expect(await local.chain.transaction(signature)).toBeUndefined();
  expect(await local.chain.transaction('nonsense')).toBeUndefined();
});
