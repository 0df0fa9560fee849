import { findRequests } from '@ece/platform/chain/send-store';
import type { Sql } from '@ece/platform/db/database';
import { CHAIN, readBalance } from '@ece/vault';
import { SWEEP } from './sweeps.ts';
import { findTreasury } from './treasury-store.ts';
import { WITHDRAWAL } from './withdrawals.ts';

/** What the exchange should hold in USDC on chain, in micro-USDC, as one moment of the database shows it. */
export interface Custody {
  /** The mint of USDC; null before the first start is over. */
  mint: string | null;
  /** The treasury's token account; null before the first start is over. */
  treasury: string | null;
  /** `-CHAIN.available`: all that came in and has not gone out for good, as the vault has it. */
  vault: bigint;
  /** The same by the wallet's own books: booked deposits less final withdrawals. Always equal to `vault`. */
  booked: bigint;
  /** What the treasury should hold: what was swept less final withdrawals. */
  treasuryBalance: bigint;
  /** Deposit token accounts and what each should hold: booked there and not swept. */
  deposits: { tokenAccount: string; balance: bigint }[];
  /** Sweeps and withdrawals that are not recorded as final, and may be final on chain already. */
  inFlight: {
    kind: 'sweep' | 'withdrawal';
    id: string;
    amount: bigint;
    tokenAccount: string | null;
    signature: string | null;
  }[];
}

/**
 * Reads what invariant I8 compares with the chain. With everything on chain taken from finalized blocks:
 *
 *     deposit account:  on chain = balance + uncredited - its sweep if final on chain
 *     treasury:         on chain = treasuryBalance + sweeps final on chain - withdrawals final on chain + float
 *     together:         on chain = vault + uncredited - withdrawals final on chain + float
 *
 * where only the sweeps and withdrawals of `inFlight` count, `uncredited` is what has arrived at a deposit
 * address and is not booked yet, and `float` is what an operator has paid into the treasury from outside
 * (0 on the local chain). With nothing in flight and nothing uncredited the sum on chain is `vault`.
 *
 * Pass a transaction of isolation level repeatable read where the parts must fit together to the last cent.
 */
export async function readCustody(sql: Sql): Promise<Custody> {
  const treasury = await findTreasury(sql);
  const chain = await readBalance(sql, CHAIN);
  const [sums] = await sql<{ credited: bigint; swept: bigint; paid: bigint }[]>`
    select coalesce(sum(credited), 0)::bigint as credited, coalesce(sum(swept), 0)::bigint as swept,
      (select coalesce(sum(amount), 0)::bigint from wallet.transfers
        where kind = 'withdrawal' and state = 'final') as paid
    from wallet.addresses`;
  const deposits = await sql<Custody['deposits']>`
    select token_account as "tokenAccount", credited - swept as balance from wallet.addresses
    order by account_id`;
  const { credited, swept, paid } = sums!;
  return {
    mint: treasury?.mint ?? null,
    treasury: treasury?.tokenAccount ?? null,
    vault: -chain!.available,
    booked: credited - paid,
    treasuryBalance: swept - paid,
    deposits,
    inFlight: await readInFlight(sql),
  };
}

async function readInFlight(sql: Sql): Promise<Custody['inFlight']> {
  const open = await sql<Omit<Custody['inFlight'][number], 'signature'>[]>`
    select 'sweep' as kind, s.id, s.amount, a.token_account as "tokenAccount"
    from wallet.sweeps s join wallet.addresses a using (account_id) where s.state = 'requested'
    union all
    select 'withdrawal', id, amount, null from wallet.transfers
    where kind = 'withdrawal' and state = 'requested'`;
  const ids = (kind: string) => open.filter((each) => each.kind === kind).map((each) => each.id);
  const found = [
    ...(await findRequests(sql, SWEEP, ids('sweep'))),
    ...(await findRequests(sql, WITHDRAWAL, ids('withdrawal'))),
  ];
  const signatures = new Map(found.map((each) => [each.reference, each.signature]));
  return open.map((each) => ({ ...each, signature: signatures.get(each.id) ?? null }));
}
