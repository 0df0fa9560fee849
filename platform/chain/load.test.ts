import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { getMintDecoder, getTokenDecoder } from '@solana-program/token-2022';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChainClient, type LoadedNft, tokenAccountAddress } from './client.ts';
import { startLocalnet } from './localnet/index.ts';
import { rawCall } from './localnet/testing.ts';
import { startTestChain, type TestChain } from './test-chain.ts';

let local: TestChain;
let authority: KeyPairSigner;
let owner: KeyPairSigner;
const texts = { name: 'A thing #7', symbol: 'THING', uri: 'https://gateway.example.org/content/some' };

beforeAll(async () => {
  local = await startTestChain({ loadable: true });
  [authority, owner] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
});
afterAll(() => local.close());

const newAddress = async () => (await generateKeyPairSigner()).address;

async function loadOne(group: string, change: Partial<LoadedNft> = {}): Promise<LoadedNft> {
  const nft = {
    ...texts,
    mint: await newAddress(),
    authority: authority.address,
    owner: owner.address,
    group,
    memberNumber: 1n,
    ...change,
  };
  await local.chain.loadNfts([nft]);
  return nft;
}

async function loadGroup(size: bigint): Promise<string> {
  const mint = await newAddress();
  await local.chain.loadGroup({ ...texts, mint, authority: authority.address, maxSize: 100n, size });
  return mint;
}

async function bytesOf(address: string): Promise<{ data: Buffer; lamports: number; space: number }> {
  const { result } = await rawCall(local.url, 'getAccountInfo', [
    address,
    { encoding: 'base64', commitment: 'confirmed' },
  ]);
  return { ...result.value, data: Buffer.from(result.value.data[0], 'base64') };
}

test('a loaded NFT and its group are what minting leads to, to the byte of space and the lamport', async () => {
  const { chain, feePayer } = local;
  const [mintedGroup, minted] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
  await local.land(
    chain.signGroupCreation({ feePayer, authority, mint: mintedGroup, ...texts, maxSize: 100n }),
  );
  const group = { mint: mintedGroup.address, updateAuthority: authority };
  await local.land(
    chain.signNftMint({ feePayer, authority, mint: minted, owner: owner.address, ...texts, group }),
  );

  const loadedGroup = await loadGroup(1n);
  const loaded = await loadOne(loadedGroup);
  const rename = (json: string) =>
    json.replaceAll(minted.address, loaded.mint).replaceAll(mintedGroup.address, loadedGroup);
  const plain = (_: string, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value instanceof Map ? [...value] : value;
  for (const [real, copy] of [
    [minted.address, loaded.mint],
    [mintedGroup.address, loadedGroup],
  ] as const) {
    const [a, b] = [await bytesOf(real), await bytesOf(copy)];
    expect({ lamports: b.lamports, space: b.space }).toEqual({ lamports: a.lamports, space: a.space });
    const [expected, found] = [a, b].map(({ data }) => JSON.stringify(getMintDecoder().decode(data), plain));
    expect(found).toBe(rename(expected!));
  }
  const tokenOf = async (mint: string) =>
    bytesOf(await tokenAccountAddress(owner.address, mint, 'token-2022'));
  const [realToken, token] = [await tokenOf(minted.address), await tokenOf(loaded.mint)];
  expect(token.lamports).toBe(realToken.lamports);
  expect(token.data.subarray(32)).toEqual(realToken.data.subarray(32));
  expect(getTokenDecoder().decode(token.data)).toMatchObject({ mint: loaded.mint, owner: owner.address });
});

test('a loaded NFT is final at once, can be sent, and its group lets further ones in by transaction', async () => {
  const { chain, feePayer } = local;
  const group = await loadGroup(1n);
  const { mint } = await loadOne(group);
  expect(await chain.nft(mint, 'finalized')).toMatchObject({
    supply: 1n,
    mintAuthority: null,
    ...texts,
    group: { mint: group, memberNumber: 1n },
    holder: { owner: owner.address },
  });
  const toOwner = await newAddress();
  const sent = { feePayer, authority: owner, program: 'token-2022', mint, toOwner, amount: 1n } as const;
  await local.land(chain.signTokenTransfer({ ...sent, decimals: 0, reference: 'a' }));
  expect((await chain.nftHolder(mint, 'finalized'))?.owner).toBe(toOwner);

  const next = await generateKeyPairSigner();
  const membership = { mint: group, updateAuthority: authority };
  await local.land(
    chain.signNftMint({
      ...{ feePayer, authority, mint: next, owner: owner.address, ...texts },
      group: membership,
    }),
  );
  expect(await chain.groupSizes([group], 'finalized')).toEqual([2n]);
  expect((await chain.nft(next.address))?.group?.memberNumber).toBe(2n);
});

test('an address that holds something else is refused with its request; a request may be repeated', async () => {
  const group = await loadGroup(1n);
  const first = await loadOne(group);
  const fresh = { ...first, mint: await newAddress() };
  await expect(local.chain.loadNfts([fresh, { ...first, name: 'Forged' }])).rejects.toThrow('is taken');
  await expect(local.chain.loadNfts([fresh, { ...fresh, name: 'Forged' }])).rejects.toThrow('is taken');
  expect(await local.chain.nft(fresh.mint)).toBeUndefined();
  expect((await local.chain.nft(first.mint))?.name).toBe(texts.name);
  await local.chain.loadNfts([first, first]);
});

test('a chain that was not started for it takes nothing', async () => {
  const strict = await startLocalnet({ slotMs: 20, finalityLag: 4 });
  try {
    const chain = createChainClient({ url: strict.url });
    expect([await chain.loadable(), await local.chain.loadable()]).toEqual([false, true]);
    const group = { ...texts, mint: await newAddress(), authority: authority.address };
    await expect(chain.loadGroup({ ...group, maxSize: 1n, size: 0n })).rejects.toThrow('Method not found');
  } finally {
    await strict.close();
  }
});
