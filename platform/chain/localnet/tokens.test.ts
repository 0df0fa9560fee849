import { type Address, generateKeyPairSigner, type Instruction, type KeyPairSigner, some } from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import * as spl from '@solana-program/token';
import {
  AuthorityType,
  type ExtensionArgs,
  extension,
  findAssociatedTokenPda,
  getCreateAssociatedTokenIdempotentInstruction,
  getInitializeMint2Instruction,
  getInitializeTokenGroupInstruction,
  getInitializeTokenGroupMemberInstruction,
  getInitializeTokenMetadataInstruction,
  getMintSize,
  getMintToCheckedInstruction,
  getPreInitializeInstructionsForMintExtensions,
  getSetAuthorityInstruction,
  getTransferCheckedInstruction,
  TOKEN_2022_PROGRAM_ADDRESS,
} from '@solana-program/token-2022';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Localnet, startLocalnet } from './index.ts';
import { connect, execute, fundedSigner, type Rpc, rawCall, until } from './testing.ts';

const uri = 'https://example.test/1.json';
let localnet: Localnet;
let rpc: Rpc;
let payer: KeyPairSigner;

beforeAll(async () => {
  localnet = await startLocalnet({ slotMs: 40, finalityLag: 31 });
  rpc = connect(localnet.url);
  payer = await fundedSigner(rpc);
});

afterAll(() => localnet.close());

/** A mint with metadata: room for the pointers, rent for what grows into it later. */
async function mintStart(mint: KeyPairSigner, pointers: ExtensionArgs[], grown: ExtensionArgs) {
  const authority = payer.address;
  const description = { mint: mint.address, name: 'Thing', symbol: 'THG', uri };
  const metadata = extension('TokenMetadata', {
    updateAuthority: some(authority),
    ...description,
    additionalMetadata: new Map(),
  });
  const size = BigInt(getMintSize([...pointers, metadata, grown]));
  const rent = await rpc.getMinimumBalanceForRentExemption(size).send();
  return [
    getCreateAccountInstruction({
      payer,
      newAccount: mint,
      lamports: rent,
      space: getMintSize(pointers),
      programAddress: TOKEN_2022_PROGRAM_ADDRESS,
    }),
    ...getPreInitializeInstructionsForMintExtensions(mint.address, pointers),
    getInitializeMint2Instruction({ mint: mint.address, decimals: 0, mintAuthority: authority }),
    getInitializeTokenMetadataInstruction({
      metadata: mint.address,
      updateAuthority: authority,
      mintAuthority: payer,
      ...description,
    }),
  ];
}

async function createGroup(group: KeyPairSigner) {
  const [mint, updateAuthority] = [group.address, payer.address];
  const pointers = [
    extension('MetadataPointer', { authority: null, metadataAddress: mint }),
    extension('GroupPointer', { authority: null, groupAddress: mint }),
  ];
  const grown = extension('TokenGroup', { updateAuthority, mint, size: 0n, maxSize: 10n });
  const start = await mintStart(group, pointers, grown);
  const instruction = getInitializeTokenGroupInstruction({
    group: mint,
    mint,
    mintAuthority: payer,
    updateAuthority,
    maxSize: 10n,
  });
  return execute(rpc, payer, [...start, instruction]);
}

async function mintNft(nft: KeyPairSigner, group: Address, owner: Address) {
  const mint = nft.address;
  const pointers = [
    extension('MetadataPointer', { authority: null, metadataAddress: mint }),
    extension('GroupMemberPointer', { authority: null, memberAddress: mint }),
  ];
  const start = await mintStart(
    nft,
    pointers,
    extension('TokenGroupMember', { mint, group, memberNumber: 1n }),
  );
  const [token] = await findAssociatedTokenPda({ mint, owner, tokenProgram: TOKEN_2022_PROGRAM_ADDRESS });
  const rest: Instruction[] = [
    getInitializeTokenGroupMemberInstruction({
      member: mint,
      memberMint: mint,
      memberMintAuthority: payer,
      group,
      groupUpdateAuthority: payer,
    }),
    getCreateAssociatedTokenIdempotentInstruction({ payer, ata: token, owner, mint }),
    getMintToCheckedInstruction({ mint, token, mintAuthority: payer, amount: 1n, decimals: 0 }),
    getSetAuthorityInstruction({
      owned: mint,
      owner: payer,
      authorityType: AuthorityType.MintTokens,
      newAuthority: null,
    }),
  ];
  return { token, signature: await execute(rpc, payer, [...start, ...rest]) };
}

test('a Token-2022 NFT with metadata and group membership is minted in one transaction', async () => {
  const [group, nft, owner] = await Promise.all([
    generateKeyPairSigner(),
    generateKeyPairSigner(),
    fundedSigner(rpc),
  ]);
  await createGroup(group);
  const { token, signature } = await mintNft(nft, group.address, owner.address);

  const mint = await rpc.getAccountInfo(nft.address, { encoding: 'jsonParsed' }).send();
  expect(mint.value?.data).toMatchObject({
    program: 'spl-token-2022',
    parsed: {
      type: 'mint',
      info: { decimals: 0, supply: '1', mintAuthority: null, freezeAuthority: null, isInitialized: true },
    },
  });
  const found = (
    await rawCall(localnet.url, 'getAccountInfo', [
      nft.address,
      { encoding: 'jsonParsed', commitment: 'confirmed' },
    ])
  ).result;
  expect(found.value.data.parsed.info.extensions).toEqual([
    { extension: 'metadataPointer', state: { authority: null, metadataAddress: nft.address } },
    { extension: 'groupMemberPointer', state: { authority: null, memberAddress: nft.address } },
    {
      extension: 'tokenMetadata',
      state: {
        updateAuthority: payer.address,
        mint: nft.address,
        name: 'Thing',
        symbol: 'THG',
        uri,
        additionalMetadata: [],
      },
    },
    { extension: 'tokenGroupMember', state: { mint: nft.address, group: group.address, memberNumber: 1 } },
  ]);
  const [largest] = (await rpc.getTokenLargestAccounts(nft.address).send()).value;
  expect(largest).toMatchObject({ address: token, amount: '1', decimals: 0 });
  expect((await rpc.getTokenSupply(nft.address).send()).value.amount).toBe('1');
  const transaction = await rpc
    .getTransaction(signature, { encoding: 'json', maxSupportedTransactionVersion: 0 })
    .send();
  expect(transaction?.meta?.preTokenBalances).toEqual([]);
  expect(transaction?.meta?.postTokenBalances).toMatchObject([
    {
      mint: nft.address,
      owner: owner.address,
      programId: TOKEN_2022_PROGRAM_ADDRESS,
      uiTokenAmount: { amount: '1', decimals: 0, uiAmountString: '1' },
    },
  ]);
  expect(transaction?.meta?.innerInstructions?.length).toBeGreaterThan(0);
});

test('an NFT moves to a new owner: now at once, and finally when it is final', async () => {
  const [group, nft, seller, buyer] = await Promise.all([
    generateKeyPairSigner(),
    generateKeyPairSigner(),
    fundedSigner(rpc),
    generateKeyPairSigner(),
  ]);
  await createGroup(group);
  const { token } = await mintNft(nft, group.address, seller.address);
  const holders = async (owner: Address, commitment: 'confirmed' | 'finalized') => {
    const filter = { programId: TOKEN_2022_PROGRAM_ADDRESS };
    const options = { encoding: 'jsonParsed', commitment } as const;
    const { value } = await rpc.getTokenAccountsByOwner(owner, filter, options).send();
    return value.map((each) => each.account.data.parsed.info.tokenAmount.amount);
  };
  await until(async () => (await holders(seller.address, 'finalized')).length === 1);
  const [destination] = await findAssociatedTokenPda({
    mint: nft.address,
    owner: buyer.address,
    tokenProgram: TOKEN_2022_PROGRAM_ADDRESS,
  });
  await execute(rpc, seller, [
    getCreateAssociatedTokenIdempotentInstruction({
      payer: seller,
      ata: destination,
      owner: buyer.address,
      mint: nft.address,
    }),
    getTransferCheckedInstruction({
      source: token,
      mint: nft.address,
      destination,
      authority: seller,
      amount: 1n,
      decimals: 0,
    }),
  ]);
  expect(await holders(seller.address, 'finalized')).toEqual(['1']);
  expect(await holders(buyer.address, 'finalized')).toEqual([]);
  expect(await holders(seller.address, 'confirmed')).toEqual(['0']);
  expect(await holders(buyer.address, 'confirmed')).toEqual(['1']);
  await until(async () => (await holders(buyer.address, 'finalized')).length === 1);
  expect(await holders(seller.address, 'finalized')).toEqual(['0']);
});

test('tokens of the older program are minted, moved and listed', async () => {
  const [mint, owner] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
  const rent = await rpc.getMinimumBalanceForRentExemption(82n).send();
  const [token] = await spl.findAssociatedTokenPda({
    mint: mint.address,
    owner: owner.address,
    tokenProgram: spl.TOKEN_PROGRAM_ADDRESS,
  });
  await execute(rpc, payer, [
    getCreateAccountInstruction({
      payer,
      newAccount: mint,
      lamports: rent,
      space: 82,
      programAddress: spl.TOKEN_PROGRAM_ADDRESS,
    }),
    spl.getInitializeMint2Instruction({ mint: mint.address, decimals: 6, mintAuthority: payer.address }),
    spl.getCreateAssociatedTokenIdempotentInstruction({
      payer,
      ata: token,
      owner: owner.address,
      mint: mint.address,
    }),
    spl.getMintToInstruction({ mint: mint.address, token, mintAuthority: payer, amount: 12_345_600n }),
  ]);
  const amount = { amount: '12345600', decimals: 6, uiAmount: 12.3456, uiAmountString: '12.3456' };
  expect((await rpc.getTokenAccountBalance(token).send()).value).toEqual(amount);
  expect((await rpc.getTokenSupply(mint.address).send()).value).toEqual(amount);
  const { value: both } = await rpc
    .getMultipleAccounts([mint.address, token, owner.address], { encoding: 'jsonParsed' })
    .send();
  expect(both).toMatchObject([
    { data: { program: 'spl-token', parsed: { type: 'mint', info: { mintAuthority: payer.address } } } },
    {
      data: {
        parsed: { type: 'account', info: { mint: mint.address, owner: owner.address, tokenAmount: amount } },
      },
    },
    null,
  ]);
  const filters = [{ dataSize: 165 }, { memcmp: { offset: 32, bytes: owner.address, encoding: 'base58' } }];
  const query = { encoding: 'base64', commitment: 'confirmed', filters };
  const listed = await rawCall(localnet.url, 'getProgramAccounts', [spl.TOKEN_PROGRAM_ADDRESS, query]);
  expect(listed.result.map((each: { pubkey: string }) => each.pubkey)).toEqual([token]);
  const byMint = await rpc
    .getTokenAccountsByOwner(owner.address, { mint: mint.address }, { encoding: 'base64' })
    .send();
  expect(byMint.value.map((each) => each.pubkey)).toEqual([token]);
  const mistake = await rawCall(localnet.url, 'getTokenAccountBalance', [
    mint.address,
    { commitment: 'confirmed' },
  ]);
  expect(mistake.error).toMatchObject({ code: -32602, message: 'Invalid param: not a Token account' });
});
