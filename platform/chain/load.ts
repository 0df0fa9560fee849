import { type Address, some } from '@solana/kit';
import {
  AccountState,
  type ExtensionArgs,
  extension,
  getMintEncoder,
  getTokenEncoder,
  TOKEN_2022_PROGRAM_ADDRESS,
} from '@solana-program/token-2022';
import { addressBytes, toAddress, tokenAccountAddress } from './addresses.ts';
import { toBase58 } from './base58.ts';
import type { Ledger } from './ledger.ts';
import type { MintMetadata } from './nft-transactions.ts';
import type { Connection } from './rpc.ts';
import { learnTemplate, type Template } from './template.ts';

/** A group as it is once its members have joined. */
export interface LoadedGroup extends MintMetadata {
  mint: string;
  /** Lets NFTs into the group and may update its metadata. */
  authority: string;
  maxSize: bigint;
  /** How many members are loaded with it. */
  size: bigint;
}

/** An NFT as it is once it has been minted. */
export interface LoadedNft extends MintMetadata {
  mint: string;
  /** May update the metadata. */
  authority: string;
  /** The wallet that holds it. */
  owner: string;
  group: string;
  /** Its number in the group, from 1. */
  memberNumber: bigint;
}

/** An account in the form in which it is loaded. */
interface NewAccount {
  pubkey: string;
  owner: Address;
  lamports: number;
  data: string;
}

// Making an encoder takes longer than encoding.
const MINT = getMintEncoder();
const TOKEN = getTokenEncoder();

/** NFTs of one request: their accounts stay below the megabyte that a node takes. */
const BATCH = 400;

/** The extensions of a mint with metadata, in the order in which its transaction makes them. */
function extensionsOf(
  { mint, authority, name, symbol, uri }: MintMetadata & { mint: string; authority: string },
  pointer: ExtensionArgs,
  membership: ExtensionArgs,
): ExtensionArgs[] {
  return [
    extension('MetadataPointer', { authority: null, metadataAddress: toAddress(mint) }),
    pointer,
    extension('TokenMetadata', {
      updateAuthority: some(toAddress(authority)),
      mint: toAddress(mint),
      name,
      symbol,
      uri,
      additionalMetadata: new Map(),
    }),
    membership,
  ];
}

function mintBytes(supply: bigint, extensions: ExtensionArgs[]): Uint8Array {
  const mint = { mintAuthority: null, freezeAuthority: null, supply, decimals: 0, isInitialized: true };
  return new Uint8Array(MINT.encode({ ...mint, extensions }));
}

function groupBytes(group: LoadedGroup): Uint8Array {
  const mint = toAddress(group.mint);
  const { size, maxSize } = group;
  return mintBytes(
    0n,
    extensionsOf(
      group,
      extension('GroupPointer', { authority: null, groupAddress: mint }),
      extension('TokenGroup', { updateAuthority: some(toAddress(group.authority)), mint, size, maxSize }),
    ),
  );
}

const addressOf = (bytes: Uint8Array) => toBase58(bytes) as Address;
const TEXT = new TextDecoder();

const numberBytes = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

/** The bytes of NFTs' mints; those that differ only in address, number and texts of equal length share a template. */
function nftEncoder(): (nft: LoadedNft) => Uint8Array {
  const templates = new Map<string, Template | undefined>();
  return (nft) => {
    const [name, uri] = [Buffer.from(nft.name), Buffer.from(nft.uri)];
    const values = [addressBytes(toAddress(nft.mint)), name, uri, numberBytes(nft.memberNumber)];
    const key = [nft.authority, nft.group, nft.symbol, name.length, uri.length].join(' ');
    const encode = ([mint, title, link, number]: readonly Uint8Array[]) =>
      nftBytes({
        ...nft,
        mint: addressOf(mint!),
        name: TEXT.decode(title),
        uri: TEXT.decode(link),
        memberNumber: Buffer.from(number!).readBigUInt64LE(),
      });
    if (!templates.has(key)) templates.set(key, learnTemplate(encode, values));
    return templates.get(key)?.fill(values) ?? encode(values);
  };
}

function nftBytes(nft: LoadedNft): Uint8Array {
  const mint = toAddress(nft.mint);
  const { memberNumber } = nft;
  return mintBytes(
    1n,
    extensionsOf(
      nft,
      extension('GroupMemberPointer', { authority: null, memberAddress: mint }),
      extension('TokenGroupMember', { mint, group: toAddress(nft.group), memberNumber }),
    ),
  );
}

/** The bytes of NFTs' token accounts. */
function tokenEncoder(): (nft: LoadedNft) => Uint8Array {
  const templates = new Map<string, Template | undefined>();
  return ({ mint, owner }) => {
    const values = [addressBytes(toAddress(mint))];
    const encode = ([bytes]: readonly Uint8Array[]) => tokenBytes(addressOf(bytes!), owner);
    if (!templates.has(owner)) templates.set(owner, learnTemplate(encode, values));
    return templates.get(owner)?.fill(values) ?? encode(values);
  };
}

function tokenBytes(mint: Address, owner: string): Uint8Array {
  return new Uint8Array(
    TOKEN.encode({
      mint,
      owner: toAddress(owner),
      amount: 1n,
      delegate: null,
      state: AccountState.Initialized,
      isNative: null,
      delegatedAmount: 0n,
      closeAuthority: null,
      extensions: [extension('ImmutableOwner', {})],
    }),
  );
}

/**
 * Brings NFTs onto a local chain without transactions, as a genesis does: with the bytes, the rent and the
 * membership that minting would have led to. Only a chain that was started for it takes them; an address that
 * is taken is refused with a `ChainError`, and nothing of that request is written.
 */
export function createLoading({ call }: Connection, { rentFor }: Ledger) {
  async function accountOf(pubkey: string, bytes: Uint8Array): Promise<NewAccount> {
    const lamports = Number(await rentFor(bytes.length));
    const data = Buffer.from(bytes).toString('base64');
    return { pubkey, owner: TOKEN_2022_PROGRAM_ADDRESS, lamports, data };
  }

  async function load(accounts: NewAccount[]): Promise<void> {
    await call('localnet_loadAccounts', [accounts]);
  }

  /** Whether this chain takes accounts at all. */
  async function loadable(): Promise<boolean> {
    return call('localnet_loadAccounts', [[]]).then(
      () => true,
      () => false,
    );
  }

  /** Loads a group; its members must follow. */
  async function loadGroup(group: LoadedGroup): Promise<void> {
    await load([await accountOf(group.mint, groupBytes(group))]);
  }

  /** Loads NFTs, each with the associated token account of its owner. */
  async function loadNfts(nfts: readonly LoadedNft[]): Promise<void> {
    const [mintOf, accountFor] = [nftEncoder(), tokenEncoder()];
    for (let at = 0; at < nfts.length; at += BATCH) {
      const accounts: NewAccount[] = [];
      for (const nft of nfts.slice(at, at + BATCH)) {
        const token = await tokenAccountAddress(nft.owner, nft.mint, 'token-2022');
        accounts.push(await accountOf(nft.mint, mintOf(nft)), await accountOf(token, accountFor(nft)));
      }
      await load(accounts);
    }
  }

  return { loadable, loadGroup, loadNfts };
}
