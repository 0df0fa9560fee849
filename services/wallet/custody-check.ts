import type { TransactionStatus } from '@ece/platform/chain/client';
import {
  type CheckReport,
  type Finding,
  type InvariantCheck,
  MOST_FINDINGS,
  reportOf,
  type Snapshot,
} from '@ece/platform/invariants';
import type { WalletContext } from './api.ts';
import { type Custody, readCustody } from './custody.ts';

/** I8: the USDC on chain is what the vault says; see `readCustody` for the sums. */
export function custodyCheck(context: Pick<WalletContext, 'chain' | 'faucet'>): InvariantCheck {
  return {
    invariant: 'I8',
    title: 'the USDC of the treasury and the deposit addresses on chain is what the vault says',
    acrossSystems: true,
    run: (snapshot) => checkCustody(context, snapshot),
  };
}

async function checkCustody(
  { chain, faucet }: Pick<WalletContext, 'chain' | 'faucet'>,
  snapshot: Snapshot,
): Promise<CheckReport> {
  const custody = await snapshot(readCustody);
  const booked: Finding[] =
    custody.booked === custody.vault
      ? []
      : [
          {
            subject: 'vault',
            problem: 'has another sum than the booked deposits less final withdrawals',
            detail: `vault ${custody.vault}, booked ${custody.booked}`,
          },
        ];
  if (!custody.treasury) return reportOf(0, { findings: booked, total: booked.length });
  const signatures = custody.inFlight.flatMap((each) => each.signature ?? []);
  const accounts = [custody.treasury, ...custody.deposits.map((deposit) => deposit.tokenAccount)];
  const [statuses, balances] = await Promise.all([
    chain.statuses(signatures),
    chain.tokenBalances(accounts, 'finalized'),
  ]);
  const landed = custody.inFlight.filter(({ signature }) => isFinal(statuses.get(signature ?? '')));
  const [treasury, ...deposits] = balances.map((balance) => balance ?? 0n);
  const findings = [
    ...booked,
    ...compareTreasury(custody, landed, treasury!, faucet),
    ...compareDeposits(custody, landed, deposits),
  ];
  return reportOf(accounts.length, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}

function isFinal(status: TransactionStatus | undefined): boolean {
  return status?.state === 'finalized' && status.err === null;
}

/** Away from the local chain an operator may have paid something in, so only a shortage is a fault there. */
function compareTreasury(
  custody: Custody,
  landed: Custody['inFlight'],
  found: bigint,
  exact: boolean,
): Finding[] {
  const expected = landed.reduce(
    (sum, { kind, amount }) => (kind === 'sweep' ? sum + amount : sum - amount),
    custody.treasuryBalance,
  );
  if (found === expected || (found > expected && !exact)) return [];
  const problem = found < expected ? 'holds less than it should' : 'holds more than it should';
  return [
    {
      subject: `treasury ${custody.treasury}`,
      problem,
      detail: `on chain ${found}, by the books ${expected} micro-USDC`,
    },
  ];
}

/** What an address holds beyond the books has arrived and is about to be booked. */
function compareDeposits(custody: Custody, landed: Custody['inFlight'], found: bigint[]): Finding[] {
  const swept = new Map(landed.map((each) => [each.tokenAccount, each.amount]));
  return custody.deposits.flatMap(({ tokenAccount, balance }, index) => {
    const expected = balance - (swept.get(tokenAccount) ?? 0n);
    if (found[index]! >= expected) return [];
    return [
      {
        subject: `deposit account ${tokenAccount}`,
        problem: 'holds less than it should',
        detail: `on chain ${found[index]}, by the books ${expected} micro-USDC`,
      },
    ];
  });
}
