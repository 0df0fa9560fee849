import {
  type Commitment,
  isSolanaError,
  isSome,
  SOLANA_ERROR__JSON_RPC__INVALID_PARAMS,
  unwrapOption,
} from '@solana/kit';
import {
  type Extension,
  getMintDecoder,
  type Mint,
  TOKEN_2022_PROGRAM_ADDRESS,
} from '@solana-program/token-2022';
import { type AccountQueries, decodeTokenAccount, type RawAccount } from './accounts.ts';
import { toAddress } from './addresses.ts';
import { ChainError, type Connection } from './rpc.ts';

/** Who has an NFT, and in which token account. */
export interface NftHolder {
  owner: string;
  tokenAccount: string;
}

/** What the chain says of a Token-2022 mint. */
export interface Nft {
  mint: string;
  supply: bigint;
  decimals: number;
  /** null once nobody can add to the supply. */
  mintAuthority: string | null;
  name: string;
  symbol: string;
  uri: string;
  additionalMetadata: Map<string, string>;
  /** Mint of the group it is a member of, and its number there. */
  group: { mint: string; memberNumber: bigint } | null;
  holder: NftHolder | null;
}

const CONCURRENT = 8;

type Variant<K extends Extension['__kind']> = Extract<Extension, { __kind: K }>;

function variant<K extends Extension['__kind']>(extensions: Extension[], kind: K): Variant<K> | undefined {
  return extensions.find((each): each is Variant<K> => each.__kind === kind);
}

function decodeMint(account: RawAccount | undefined): Mint | undefined {
  if (account?.program !== TOKEN_2022_PROGRAM_ADDRESS) return undefined;
  try {
    return getMintDecoder().decode(account.data);
  } catch {
    return undefined;
  }
}

/** Asks for many things with a bounded number of requests under way; answers in the order asked. */
async function mapBounded<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers = new Array<R>(items.length);
  const remaining = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of remaining) answers[index] = await ask(item);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  return answers;
}

/** Questions about NFTs. All throw `ChainError`. */
export function createNftQueries({ rpc, read }: Connection, { rawAccounts }: AccountQueries) {
  /** The token account with the one token of a mint; `undefined` where there is no such account. */
  async function onlyTokenAccount(mint: string, commitment: Commitment): Promise<string | undefined> {
    try {
      const { value } = await read(rpc.getTokenLargestAccounts(toAddress(mint), { commitment }));
      return value.find((each) => BigInt(each.amount) === 1n)?.address;
    } catch (error) {
      // How nodes answer for an address that is no mint.
      const noMint =
        error instanceof ChainError && isSolanaError(error.cause, SOLANA_ERROR__JSON_RPC__INVALID_PARAMS);
      if (noMint) return undefined;
      throw error;
    }
  }

  async function askHolders(
    mints: readonly string[],
    commitment: Commitment,
    holders: Map<string, NftHolder | undefined>,
  ): Promise<void> {
    const accounts = await mapBounded(mints, (mint) => onlyTokenAccount(mint, commitment));
    const held = mints.flatMap((mint, index) => {
      const tokenAccount = accounts[index];
      return tokenAccount === undefined ? [] : [{ mint, tokenAccount }];
    });
    const raw = await rawAccounts(
      held.map((each) => each.tokenAccount),
      commitment,
    );
    for (const [index, { mint, tokenAccount }] of held.entries()) {
      const account = decodeTokenAccount(raw[index]);
      if (account?.mint === mint && account.amount === 1n) {
        holders.set(mint, { owner: account.owner, tokenAccount });
      }
    }
  }

  /** The holders of many NFTs by mint; `undefined` where nobody holds exactly one token. */
  async function nftHolders(
    mints: readonly string[],
    commitment: Commitment = 'confirmed',
  ): Promise<Map<string, NftHolder | undefined>> {
    const holders = new Map<string, NftHolder | undefined>(mints.map((mint) => [mint, undefined]));
    await askHolders([...holders.keys()], commitment, holders);
    // An NFT that moved between the two questions was missed; it has a holder on the second look.
    const missed = [...holders].filter(([, holder]) => holder === undefined).map(([mint]) => mint);
    await askHolders(missed, commitment, holders);
    return holders;
  }

  /** The holder of one NFT; see `nftHolders`. */
  async function nftHolder(
    mint: string,
    commitment: Commitment = 'confirmed',
  ): Promise<NftHolder | undefined> {
    return (await nftHolders([mint], commitment)).get(mint);
  }

  /** What the chain says of a Token-2022 mint with metadata; `undefined` for anything else. */
  async function nft(mint: string, commitment: Commitment = 'confirmed'): Promise<Nft | undefined> {
    const decoded = decodeMint((await rawAccounts([mint], commitment))[0]);
    if (decoded === undefined || !isSome(decoded.extensions)) return undefined;
    const metadata = variant(decoded.extensions.value, 'TokenMetadata');
    if (metadata === undefined) return undefined;
    const member = variant(decoded.extensions.value, 'TokenGroupMember');
    return {
      mint,
      supply: decoded.supply,
      decimals: decoded.decimals,
      mintAuthority: unwrapOption(decoded.mintAuthority),
      name: metadata.name,
      symbol: metadata.symbol,
      uri: metadata.uri,
      additionalMetadata: metadata.additionalMetadata,
      group: member ? { mint: member.group, memberNumber: BigInt(member.memberNumber) } : null,
      holder: (await nftHolder(mint, commitment)) ?? null,
    };
  }

  /** How many members groups have, in the order asked; `undefined` for what is no group. */
  async function groupSizes(
    mints: readonly string[],
    commitment: Commitment = 'confirmed',
  ): Promise<(bigint | undefined)[]> {
    return (await rawAccounts(mints, commitment)).map((account) => {
      const extensions = decodeMint(account)?.extensions;
      const group = extensions && isSome(extensions) ? variant(extensions.value, 'TokenGroup') : undefined;
      return group && BigInt(group.size);
    });
  }

  return { nft, nftHolder, nftHolders, groupSizes };
}
