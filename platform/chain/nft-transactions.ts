import { type Instruction, some, type TransactionPartialSigner } from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import {
  AuthorityType,
  type ExtensionArgs,
  extension,
  getInitializeMint2Instruction,
  getInitializeTokenGroupInstruction,
  getInitializeTokenGroupMemberInstruction,
  getInitializeTokenMetadataInstruction,
  getMintSize,
  getMintToCheckedInstruction,
  getPreInitializeInstructionsForMintExtensions,
  getSetAuthorityInstruction,
  getUpdateTokenMetadataFieldInstruction,
  TOKEN_2022_PROGRAM_ADDRESS,
  tokenMetadataField,
} from '@solana-program/token-2022';
import { isAddress, isWalletAddress, toAddress, tokenAccountAddress } from './addresses.ts';
import type { Ledger } from './ledger.ts';
import { fail } from './result.ts';
import { type BuildResult, signTransaction } from './sign.ts';
import { createTokenAccount } from './token-transactions.ts';

/** What a mint says about itself in its own metadata extension. */
export interface MintMetadata {
  name: string;
  symbol: string;
  /** Where the metadata JSON is. */
  uri: string;
}

/** A new mint with metadata, as both a group and an NFT need it. */
interface NewMint extends MintMetadata {
  feePayer: TransactionPartialSigner;
  /** A new key, the mint's address. Reusing one makes the chain refuse the transaction. */
  mint: TransactionPartialSigner;
  /** Mints, and stays the authority that may update the metadata. */
  authority: TransactionPartialSigner;
}

/** Further pairs of a mint's metadata. */
type Pairs = readonly (readonly [string, string])[];

const U64_MAX = 2n ** 64n - 1n;

/** Sizes of a kind of mint in bytes: as it is created, and as it is in the end without its metadata's texts. */
interface MintFrame {
  space: number;
  full: number;
}

/** Sizes do not depend on addresses, so any will do. */
const ANY = TOKEN_2022_PROGRAM_ADDRESS;
const METADATA_POINTER = extension('MetadataPointer', { authority: null, metadataAddress: ANY });
const NO_METADATA = extension('TokenMetadata', {
  updateAuthority: some(ANY),
  mint: ANY,
  name: '',
  symbol: '',
  uri: '',
  additionalMetadata: new Map(),
});

function mintFrame(pointers: ExtensionArgs[], grown: ExtensionArgs[]): MintFrame {
  const created = [METADATA_POINTER, ...pointers];
  return { space: getMintSize(created), full: getMintSize([...created, NO_METADATA, ...grown]) };
}

const FRAME = {
  group: mintFrame(
    [extension('GroupPointer', { authority: null, groupAddress: ANY })],
    [extension('TokenGroup', { updateAuthority: ANY, mint: ANY, size: 0n, maxSize: 0n })],
  ),
  member: mintFrame(
    [extension('GroupMemberPointer', { authority: null, memberAddress: ANY })],
    [extension('TokenGroupMember', { mint: ANY, group: ANY, memberNumber: 0n })],
  ),
  single: mintFrame([], []),
};

/** Size of a mint with its texts, each pair's two behind their lengths of 4 bytes. */
function mintSize(frame: MintFrame, { name, symbol, uri }: MintMetadata, additional: Pairs): number {
  const texts = [name, symbol, uri, ...additional.flat()];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return frame.full + bytes + 8 * additional.length;
}

/**
 * The start of a mint with extensions, in the only order the program accepts: the account has room for
 * the pointers alone (InitializeMint2 insists on that) but rent for all that grows into it later; the
 * pointers come before the mint's initialisation, the metadata after it. The pointers have no authority:
 * nobody can make them point elsewhere.
 */
function mintInstructions(
  input: NewMint,
  pointers: ExtensionArgs[],
  space: number,
  lamports: bigint,
  additional: Pairs,
): Instruction[] {
  const { feePayer, authority, name, symbol, uri } = input;
  const mint = input.mint.address;
  return [
    getCreateAccountInstruction({
      payer: feePayer,
      newAccount: input.mint,
      lamports,
      space,
      programAddress: TOKEN_2022_PROGRAM_ADDRESS,
    }),
    ...getPreInitializeInstructionsForMintExtensions(mint, pointers),
    getInitializeMint2Instruction({
      mint,
      decimals: 0,
      mintAuthority: authority.address,
      freezeAuthority: null,
    }),
    getInitializeTokenMetadataInstruction({
      metadata: mint,
      updateAuthority: authority.address,
      mint,
      mintAuthority: authority,
      name,
      symbol,
      uri,
    }),
    ...additional.map(([key, value]) =>
      getUpdateTokenMetadataFieldInstruction({
        metadata: mint,
        updateAuthority: authority,
        field: tokenMetadataField('Key', [key]),
        value,
      }),
    ),
  ];
}

/** Ends minting for good: nobody can add to the supply. */
function endMinting({ mint, authority }: NewMint): Instruction {
  return getSetAuthorityInstruction({
    owned: mint.address,
    owner: authority,
    authorityType: AuthorityType.MintTokens,
    newAuthority: null,
  });
}

/** Builders of Token-2022 groups and NFTs. They sign and do not send; an unreachable node throws. */
export function createNftTransactions({ latestBlockhash, rentFor }: Ledger) {
  /**
   * A group: a Token-2022 mint without supply that carries metadata and a TokenGroup, which up to
   * `maxSize` NFTs can join with the authority's signature.
   */
  async function signGroupCreation(input: NewMint & { maxSize: bigint }): Promise<BuildResult> {
    const { feePayer, authority, maxSize } = input;
    if (maxSize < 1n || maxSize > U64_MAX)
      return fail('invalid_input', 'A group has room for 1 to 2^64 - 1.');
    const mint = input.mint.address;
    const pointers = [
      extension('MetadataPointer', { authority: null, metadataAddress: mint }),
      extension('GroupPointer', { authority: null, groupAddress: mint }),
    ];
    const [lifetime, lamports] = await Promise.all([
      latestBlockhash(),
      rentFor(mintSize(FRAME.group, input, [])),
    ]);
    const instructions = [
      ...mintInstructions(input, pointers, FRAME.group.space, lamports, []),
      getInitializeTokenGroupInstruction({
        group: mint,
        mint,
        mintAuthority: authority,
        updateAuthority: authority.address,
        maxSize,
      }),
      endMinting(input),
    ];
    return signTransaction({ feePayer, signers: [input.mint, authority], instructions, lifetime });
  }

  /**
   * An NFT: a Token-2022 mint with supply 1, decimals 0, no freeze authority and its mint authority
   * revoked, metadata in the mint, membership of a group if given, the one token in the associated token
   * account of `owner`. All of it in one transaction, so it exists whole or not at all. Names and URIs
   * that do not fit give `too_large`.
   */
  async function signNftMint(
    input: NewMint & {
      /** The wallet that holds it first. */
      owner: string;
      /** Further pairs for the metadata extension, in order; each costs some 20 bytes and its text. */
      additionalMetadata?: Pairs;
      /** The group to join and the signer that lets it join: the group's authority. */
      group?: { mint: string; updateAuthority: TransactionPartialSigner };
    },
  ): Promise<BuildResult> {
    const { feePayer, authority, owner, group, additionalMetadata = [] } = input;
    if (!isWalletAddress(owner)) return fail('invalid_address', 'The owner is not a wallet address.');
    if (group && !isAddress(group.mint)) return fail('invalid_address', 'The group is not an address.');
    const mint = input.mint.address;
    const pointers: ExtensionArgs[] = [
      extension('MetadataPointer', { authority: null, metadataAddress: mint }),
    ];
    if (group) pointers.push(extension('GroupMemberPointer', { authority: null, memberAddress: mint }));
    const frame = group ? FRAME.member : FRAME.single;
    const [lifetime, lamports, token] = await Promise.all([
      latestBlockhash(),
      rentFor(mintSize(frame, input, additionalMetadata)),
      tokenAccountAddress(owner, mint, 'token-2022'),
    ]);
    const instructions = mintInstructions(input, pointers, frame.space, lamports, additionalMetadata);
    if (group) {
      instructions.push(
        getInitializeTokenGroupMemberInstruction({
          member: mint,
          memberMint: mint,
          memberMintAuthority: authority,
          group: toAddress(group.mint),
          groupUpdateAuthority: group.updateAuthority,
        }),
      );
    }
    instructions.push(
      createTokenAccount(feePayer, token, owner, mint, 'token-2022'),
      getMintToCheckedInstruction({ mint, token, mintAuthority: authority, amount: 1n, decimals: 0 }),
      endMinting(input),
    );
    const signers = [input.mint, authority, ...(group ? [group.updateAuthority] : [])];
    return signTransaction({ feePayer, signers, instructions, lifetime });
  }

  return { signGroupCreation, signNftMint };
}
