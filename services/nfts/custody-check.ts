import { isAddress } from '@ece/platform/chain/client';
import { eachOf } from '@ece/platform/chain/each-of';
import type { Sql } from '@ece/platform/db/database';
import {
  type CheckReport,
  type Finding,
  type InvariantCheck,
  MOST_FINDINGS,
  reportOf,
  type Snapshot,
} from '@ece/platform/invariants';
import type { NftsContext } from './api.ts';
import { KEYS } from './key-paths.ts';

type Context = Pick<NftsContext, 'chain' | 'keys'>;

/** Holders that are asked about at once. */
const LANES = 8;
/** Anybody may send tokens to our addresses; so many strange ones are looked into. */
const MOST_STRANGERS = 500;

/** An NFT as the database has it. */
interface KnownNft {
  copyId: string;
  mint: string;
  state: string;
  holderPath: string | null;
  /** Its way out has begun, so it may have left already. */
  leaving: boolean;
}

/** I8: the NFTs that our keys hold on chain are those of the copies inside the exchange. */
export function nftCustodyCheck(context: Context): InvariantCheck {
  // No supply can grow again once its mint has no authority, so each mint is looked at once.
  const sound = new Set<string>();
  return {
    invariant: 'I8',
    title: 'the NFTs of copies inside are held by our keys on chain, those of copies outside are not',
    acrossSystems: true,
    run: (snapshot) => checkNfts(context, sound, snapshot),
  };
}

async function checkNfts(context: Context, sound: Set<string>, snapshot: Snapshot): Promise<CheckReport> {
  const { nfts, groups } = await snapshot(readKnown);
  const paths = new Set([KEYS.custody, ...nfts.flatMap((nft) => nft.holderPath ?? [])]);
  const { holderOf, addressOf } = await readHolders(context, [...paths]);
  const custody = addressOf.get(KEYS.custody)!;
  const final = nfts.filter((nft) => nft.state === 'final');
  const findings = [
    ...final.flatMap((nft) => placeProblem(nft, holderOf.get(nft.mint), addressOf, custody)),
    ...(await supplyProblems(context, sound, final)),
    ...(await strangers(context, holderOf, new Set(nfts.map((nft) => nft.mint)), groups)),
  ];
  return reportOf(final.length, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}

async function readKnown(sql: Sql): Promise<{ nfts: KnownNft[]; groups: Set<string> }> {
  const nfts = await sql<KnownNft[]>`
    select m.copy_id as "copyId", m.mint, m.state, m.holder_path as "holderPath",
      w.copy_id is not null as leaving
    from nfts.mints m left join nfts.copy_withdrawals w on w.copy_id = m.copy_id and w.state = 'requested'
    where m.mint is not null`;
  const groups = await sql<{ mint: string }[]>`
    select group_mint as mint from nfts.sets where group_mint is not null`;
  return { nfts, groups: new Set(groups.map((group) => group.mint)) };
}

/** Which of our addresses has which mint's token, and the address of each path. */
async function readHolders({ chain, keys }: Context, paths: string[]) {
  const holderOf = new Map<string, string>();
  const addressOf = new Map<string, string>();
  await eachOf(paths, LANES, async (path) => {
    const { address } = await keys.signer(path);
    addressOf.set(path, address);
    for (const { mint, amount } of await chain.tokensOf(address, 'token-2022', 'finalized')) {
      if (amount > 0n) holderOf.set(mint, address);
    }
  });
  return { holderOf, addressOf };
}

function placeProblem(
  nft: KnownNft,
  holder: string | undefined,
  addressOf: Map<string, string>,
  custody: string,
): Finding[] {
  const subject = `copy ${nft.copyId}`;
  if (nft.holderPath === null) {
    // One that lies at a deposit address has come back and is about to be booked.
    if (holder !== custody) return [];
    return [{ subject, problem: 'is outside, and its NFT is in custody', detail: `mint ${nft.mint}` }];
  }
  const expected = addressOf.get(nft.holderPath);
  if (holder === expected || (holder === undefined && nft.leaving)) return [];
  const found = holder ? `it is at ${holder}` : 'none of our addresses has it';
  return [
    {
      subject,
      problem: 'is inside, and its NFT is not where it should be',
      detail: `mint ${nft.mint} should be at ${expected} (${nft.holderPath}), ${found}`,
    },
  ];
}

async function supplyProblems({ chain }: Context, sound: Set<string>, nfts: KnownNft[]): Promise<Finding[]> {
  const unseen = nfts.filter((nft) => !sound.has(nft.mint));
  const mints = unseen.map((nft) => nft.mint).filter(isAddress);
  const states = await chain.mintStates(mints, 'finalized');
  const stateOf = new Map(mints.map((mint, index) => [mint as string, states[index]]));
  return unseen.flatMap(({ copyId, mint, holderPath }): Finding[] => {
    const state = stateOf.get(mint);
    // Somebody outside may burn what is theirs.
    const burnt = state?.supply === 0n && holderPath === null;
    if (state && (state.supply === 1n || burnt) && state.decimals === 0 && state.mintAuthority === null) {
      sound.add(mint);
      return [];
    }
    const found = state
      ? `supply ${state.supply}, ${state.decimals} decimals, mint authority ${state.mintAuthority ?? 'none'}`
      : 'there is no such mint';
    return [
      {
        subject: `copy ${copyId}`,
        problem: 'has an NFT that is not one of a kind',
        detail: `mint ${mint}: ${found}`,
      },
    ];
  });
}

/** NFTs in custody that belong to a set of ours, which only our key can make, and that no copy has. */
async function strangers(
  { chain }: Context,
  holderOf: Map<string, string>,
  known: Set<string>,
  groups: Set<string>,
): Promise<Finding[]> {
  const unknown = [...holderOf].filter(([mint]) => !known.has(mint)).slice(0, MOST_STRANGERS);
  const findings: Finding[] = [];
  await eachOf(unknown, LANES, async ([mint, holder]) => {
    const nft = await chain.nft(mint, 'finalized');
    if (!nft?.group || !groups.has(nft.group.mint)) return;
    const detail = `${nft.name} at ${holder}, group ${nft.group.mint}`;
    findings.push({ subject: `mint ${mint}`, problem: 'is a card of ours that no copy has', detail });
  });
  return findings;
}
