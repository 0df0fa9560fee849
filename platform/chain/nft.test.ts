import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuildResult, tokenAccountAddress } from './client.ts';
import { signedBy, startTestChain, type TestChain } from './test-chain.ts';

let local: TestChain;
let authority: KeyPairSigner;
let custodian: KeyPairSigner;
let group: KeyPairSigner;

const CID = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
/** As long as a real one gets: 32 characters of name, 10 of symbol, 90 of URI. */
const metadata = {
  name: 'A rather long name of some thing',
  symbol: 'THING00001',
  uri: `https://gateway.example.org/content/${CID}`,
};

beforeAll(async () => {
  local = await startTestChain();
  [authority, custodian, group] = (await Promise.all([1, 2, 3].map(() => generateKeyPairSigner()))) as [
    KeyPairSigner,
    KeyPairSigner,
    KeyPairSigner,
  ];
  await local.land(createGroup(group, 1_000n));
});
afterAll(() => local.close());

function createGroup(mint: KeyPairSigner, maxSize: bigint): Promise<BuildResult> {
  const { chain, feePayer } = local;
  return chain.signGroupCreation({ feePayer, mint, authority, ...metadata, name: 'A group', maxSize });
}

async function signNft(change: object = {}): Promise<{ mint: KeyPairSigner; built: BuildResult }> {
  const { chain, feePayer } = local;
  const mint = await generateKeyPairSigner();
  const membership = { mint: group.address, updateAuthority: authority };
  const input = { feePayer, mint, authority, owner: custodian.address, ...metadata, group: membership };
  return { mint, built: await chain.signNftMint({ ...input, ...change }) };
}

async function mintNft(change: object = {}): Promise<string> {
  const { mint, built } = await signNft(change);
  await local.land(built);
  return mint.address;
}

test('a group has metadata, no supply and nobody who could add to it', async () => {
  const { chain } = local;
  expect(await chain.nft(group.address)).toMatchObject({
    name: 'A group',
    supply: 0n,
    mintAuthority: null,
    group: null,
    holder: null,
  });
});

test('an NFT is unique, complete, in its group and held by its first owner', async () => {
  const { chain } = local;
  const { mint, built } = await signNft();
  expect(Buffer.from(signedBy(built).wire, 'base64').length).toBeLessThanOrEqual(1_232);
  await local.land(built);
  const tokenAccount = await tokenAccountAddress(custodian.address, mint.address, 'token-2022');
  expect(await chain.nft(mint.address, 'finalized')).toEqual({
    mint: mint.address,
    supply: 1n,
    decimals: 0,
    mintAuthority: null,
    ...metadata,
    additionalMetadata: new Map(),
    group: { mint: group.address, memberNumber: expect.any(BigInt) },
    holder: { owner: custodian.address, tokenAccount },
  });
  expect(await chain.tokenBalances([tokenAccount])).toEqual([1n]);
  expect(await chain.tokenSupply(mint.address)).toBe(1n);
});

test('an NFT carries further pairs, and needs no group', async () => {
  const { chain } = local;
  const pairs: [string, string][] = [
    ['serial', '7'],
    ['rarity', 'rare'],
  ];
  const inGroup = await mintNft({ additionalMetadata: pairs });
  expect((await chain.nft(inGroup))?.additionalMetadata).toEqual(new Map(pairs));
  const alone = await mintNft({ additionalMetadata: pairs, group: undefined });
  expect(await chain.nft(alone)).toMatchObject({
    group: null,
    supply: 1n,
    additionalMetadata: new Map(pairs),
  });
});

test('the same signers may play several parts', async () => {
  const { chain, feePayer } = local;
  const own = await generateKeyPairSigner();
  const ownGroup = { feePayer, mint: own, authority: feePayer, ...metadata, maxSize: 1n };
  await local.land(chain.signGroupCreation(ownGroup));
  const membership = { mint: own.address, updateAuthority: feePayer };
  const mint = await mintNft({ authority: feePayer, owner: feePayer.address, group: membership });
  expect((await chain.nft(mint))?.holder?.owner).toBe(feePayer.address);
});

test('an NFT goes out to a wallet and comes back', async () => {
  const { chain, feePayer, land } = local;
  const mint = await mintNft();
  const wallet = await generateKeyPairSigner();
  const move = (from: KeyPairSigner, to: KeyPairSigner, reference: string) =>
    chain.signTokenTransfer({
      feePayer,
      authority: from,
      program: 'token-2022',
      mint,
      toOwner: to.address,
      amount: 1n,
      decimals: 0,
      reference,
    });
  const out = await land(move(custodian, wallet, 'out'));
  expect((await chain.nftHolder(mint))?.owner).toBe(wallet.address);
  const account = await tokenAccountAddress(wallet.address, mint, 'token-2022');
  expect((await chain.transaction(out))?.tokenChanges).toContainEqual({
    account,
    owner: wallet.address,
    mint,
    delta: 1n,
  });
  expect((await chain.signaturesFor(account)).map((entry) => entry.signature)).toEqual([out]);

  const theft = signedBy(await move(custodian, wallet, 'again'));
  expect(await chain.broadcast(theft.wire)).toMatchObject({ ok: false, error: { code: 'rejected' } });

  const back = await land(move(wallet, custodian, 'back'));
  expect((await chain.nftHolder(mint, 'finalized'))?.owner).toBe(custodian.address);
  const changes = (await chain.transaction(back))?.tokenChanges;
  expect(changes?.map(({ owner, delta }) => [owner, delta])).toEqual(
    expect.arrayContaining([
      [wallet.address, -1n],
      [custodian.address, 1n],
    ]),
  );
});

test('holders of many, strangers among them', async () => {
  const { chain } = local;
  const mints = await Promise.all([mintNft(), mintNft(), mintNft()]);
  const stranger = (await generateKeyPairSigner()).address;
  const holders = await chain.nftHolders([...mints, stranger, group.address]);
  expect(holders.size).toBe(5);
  for (const mint of mints) expect(holders.get(mint)?.owner).toBe(custodian.address);
  expect(holders.get(stranger)).toBeUndefined();
  expect(holders.get(group.address)).toBeUndefined();
  expect(await chain.nft(stranger)).toBeUndefined();
  expect(await chain.nft(custodian.address)).toBeUndefined();
});

test('a mint address is used once: minting it again is rejected and the first stays', async () => {
  const { chain, feePayer } = local;
  const { mint, built } = await signNft();
  await local.land(built);
  const input = { feePayer, mint, authority, owner: custodian.address, ...metadata, name: 'Another' };
  const again = signedBy(await chain.signNftMint(input));
  expect(await chain.broadcast(again.wire)).toMatchObject({ ok: false, error: { code: 'rejected' } });
  expect((await chain.nft(mint.address))?.name).toBe(metadata.name);
});

test('a full group refuses a member, and the NFT is then not made at all', async () => {
  const small = await generateKeyPairSigner();
  await local.land(createGroup(small, 1n));
  const membership = { mint: small.address, updateAuthority: authority };
  await mintNft({ group: membership });
  const { mint, built } = await signNft({ group: membership });
  expect(await local.chain.broadcast(signedBy(built).wire)).toMatchObject({ error: { code: 'rejected' } });
  expect(await local.chain.nft(mint.address)).toBeUndefined();
});

test('a stranger cannot put an NFT into the group', async () => {
  const stranger = await generateKeyPairSigner();
  const { built } = await signNft({ group: { mint: group.address, updateAuthority: stranger } });
  expect(await local.chain.broadcast(signedBy(built).wire)).toMatchObject({ error: { code: 'rejected' } });
});

test('names and addresses that cannot be are refused', async () => {
  const { chain, feePayer } = local;
  for (const change of [
    { name: 'x'.repeat(1_000) },
    { uri: `https://${'x'.repeat(1_000)}` },
    { name: '🎴'.repeat(150) },
    { additionalMetadata: [['key', 'v'.repeat(600)]] },
  ]) {
    expect((await signNft(change)).built).toMatchObject({ ok: false, error: { code: 'too_large' } });
  }
  const account = await tokenAccountAddress(custodian.address, group.address, 'token-2022');
  for (const change of [
    { owner: account },
    { owner: 'x' },
    { group: { mint: '', updateAuthority: authority } },
  ]) {
    expect((await signNft(change)).built).toMatchObject({ ok: false, error: { code: 'invalid_address' } });
  }
  const mint = await generateKeyPairSigner();
  for (const maxSize of [0n, -1n, 2n ** 64n]) {
    const refused = await chain.signGroupCreation({ feePayer, mint, authority, ...metadata, maxSize });
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  }
});
