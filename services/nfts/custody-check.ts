import { isAddress, tokenAccountAddress } from '@ece/platform/chain/client';
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

/** NFTs that are asked about together, and how many such questions are open at once. */
const BATCH = 100;
const LANES = 4;

/** An NFT as the database has it. */
interface KnownNft {
  copyId: string;
  mint: string;
  holderPath: string | null;
  /** Its way out has begun, so it may have left already. */
  leaving: boolean;
}

/** A set's group on chain, with how many of its copies are final and how many may be on chain. */
interface KnownGroup {
  code: string;
  mint: string;
  final: bigint;
  sent: bigint;
}

/** I8: the NFTs that our keys hold on chain are those of the copies inside the exchange. */
export function nftCustodyCheck(context: Context): InvariantCheck {
  const memory = { sound: new Set<string>(), accounts: new Map<string, string>() };
  return {
    invariant: 'I8',
    title: 'the NFTs of copies inside are held by our keys on chain, those of copies outside are not',
    acrossSystems: true,
    run: (snapshot) => checkNfts({ ...context, ...memory }, snapshot),
  };
}

interface Working extends Context {
  /** Mints that nobody can add to, which can never change again. */
  sound: Set<string>;
  /** Where an owner's token of a mint is kept; working it out takes longer than asking for it. */
  accounts: Map<string, string>;
}

async function checkNfts(working: Working, snapshot: Snapshot): Promise<CheckReport> {
  const { nfts, groups } = await snapshot(readKnown);
  const findings = await compareGroups(working, groups);
  const paths = new Set([KEYS.custody, ...nfts.flatMap((nft) => nft.holderPath ?? [])]);
  const addressOf = new Map<string, string>();
  for (const path of paths) addressOf.set(path, (await working.keys.signer(path)).address);
  const batches: KnownNft[][] = [];
  for (let at = 0; at < nfts.length; at += BATCH) batches.push(nfts.slice(at, at + BATCH));
  await eachOf(batches, LANES, async (batch) => {
    findings.push(...(await comparePlaces(working, batch, addressOf)));
    findings.push(...(await compareSupplies(working, batch)));
  });
  return reportOf(nfts.length, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}

async function readKnown(sql: Sql): Promise<{ nfts: KnownNft[]; groups: KnownGroup[] }> {
  const groups = await sql<KnownGroup[]>`
    select s.code, s.group_mint as mint, count(m.copy_id) filter (where m.state = 'final') as final,
      count(m.copy_id) filter (where m.state <> 'wanted') as sent
    from nfts.sets s left join nfts.cards c on c.set_id = s.id left join nfts.mints m on m.card_id = c.id
    where s.group_state = 'final' group by s.id`;
  const nfts = await sql<KnownNft[]>`
    select m.copy_id as "copyId", coalesce(m.mint, '') as mint, m.holder_path as "holderPath",
      w.copy_id is not null as leaving
    from nfts.mints m left join nfts.copy_withdrawals w on w.copy_id = m.copy_id and w.state = 'requested'
    where m.state = 'final'`;
  return { nfts, groups };
}

/** Only our key lets NFTs into a group, so a member too many is a card of ours that no copy has. */
async function compareGroups({ chain }: Working, groups: KnownGroup[]): Promise<Finding[]> {
  const sizes = await chain.groupSizes(
    groups.map((group) => group.mint),
    'finalized',
  );
  return groups.flatMap(({ code, mint, final, sent }, index) => {
    const size = sizes[index];
    if (size !== undefined && size >= final && size <= sent) return [];
    const problem =
      size === undefined || size < final ? 'has fewer NFTs than copies' : 'has an NFT that no copy has';
    const detail = `group ${mint} has ${size ?? 'no'} members, ${final} copies are final and ${sent} were sent`;
    return [{ subject: `set ${code}`, problem, detail }];
  });
}

async function comparePlaces(
  working: Working,
  nfts: KnownNft[],
  addressOf: Map<string, string>,
): Promise<Finding[]> {
  const known = nfts.filter((nft) => isAddress(nft.mint));
  const owners = known.map((nft) => addressOf.get(nft.holderPath ?? KEYS.custody)!);
  const accounts: string[] = [];
  for (const [index, nft] of known.entries())
    accounts.push(await accountOf(working, owners[index]!, nft.mint));
  const tokens = await working.chain.tokenAccounts(accounts, 'finalized');
  return known.flatMap((nft, index): Finding[] => {
    const token = tokens[index];
    const held = token?.mint === nft.mint && token.owner === owners[index] && token.amount === 1n;
    const inside = nft.holderPath !== null;
    if (held === inside || nft.leaving) return [];
    const problem = inside
      ? 'is inside, and its NFT is not where it should be'
      : 'is outside, and its NFT is in custody';
    const detail = `mint ${nft.mint}, ${nft.holderPath ?? KEYS.custody} is ${owners[index]}`;
    return [{ subject: `copy ${nft.copyId}`, problem, detail }];
  });
}

async function accountOf({ accounts }: Working, owner: string, mint: string): Promise<string> {
  const key = `${owner} ${mint}`;
  let account = accounts.get(key);
  if (!account) {
    account = await tokenAccountAddress(owner, mint, 'token-2022');
    accounts.set(key, account);
  }
  return account;
}

async function compareSupplies({ chain, sound }: Working, nfts: KnownNft[]): Promise<Finding[]> {
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
    const detail = `mint ${mint}: ${found}`;
    return [{ subject: `copy ${copyId}`, problem: 'has an NFT that is not one of a kind', detail }];
  });
}
