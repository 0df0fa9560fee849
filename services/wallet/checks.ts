import { operations } from '@ece/contract';
import { requestDisagreements } from '@ece/platform/chain/send-checks';
import type { Sql } from '@ece/platform/db/database';
import { effectCheck } from '@ece/platform/db/effect-checks';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import { bookingDisagreements, OUTBOUND } from '@ece/vault';
import type { WalletContext } from './api.ts';
import { custodyCheck } from './custody-check.ts';
import { SWEEP } from './sweeps.ts';
import { WITHDRAWAL } from './withdrawals.ts';

const calls = operations.wallet;

/** What must hold of funds on their way, and of the USDC in custody. */
export function walletChecks(context: Pick<WalletContext, 'chain' | 'faucet'>): InvariantCheck[] {
  return [
    sqlCheck('I8', 'each deposit and withdrawal is booked once, and nothing else is', (sql) => ({
      count: sql`select count(*) as n from wallet.transfers`,
      findings: [
        bookingDisagreements(sql, 'deposit', deposits(sql)),
        bookingDisagreements(sql, 'withdrawal', withdrawals(sql)),
        bookingDisagreements(sql, 'withdrawal_final', ended(sql, 'final')),
        bookingDisagreements(sql, 'withdrawal_return', ended(sql, 'returned')),
      ],
    })),
    sqlCheck(
      'I8',
      'what addresses have credited and swept is the sum of their deposits and sweeps',
      (sql) => ({
        count: sql`select count(*) as n from wallet.addresses`,
        findings: [wrongSums(sql), doubledDeposits(sql)],
      }),
    ),
    sqlCheck('I8', 'withdrawals and sweeps ended as their chain transactions did', (sql) => ({
      count: sql`select (select count(*) from wallet.transfers where kind = 'withdrawal')
        + (select count(*) from wallet.sweeps) as n`,
      findings: [
        requestDisagreements(sql, WITHDRAWAL, 'transfer', sentWithdrawals(sql)),
        requestDisagreements(sql, SWEEP, 'sweep', sentSweeps(sql)),
      ],
    })),
    custodyCheck(context),
    effectCheck('each key of a wallet call leads to its one transfer', [
      { operation: calls.faucet, stored: 'effect', at: [], existing: (sql) => transfers(sql, 'faucet') },
      {
        operation: calls.withdraw,
        stored: 'effect',
        at: [],
        existing: (sql) => transfers(sql, 'withdrawal'),
      },
    ]),
  ];
}

const deposits = (sql: Sql): Relation => sql`
  select id as reference, account_id, amount from wallet.transfers
  where kind in ('deposit', 'faucet') and state = 'final'`;

const withdrawals = (sql: Sql): Relation => sql`
  select id as reference, account_id, -amount as amount from wallet.transfers where kind = 'withdrawal'`;

const ended = (sql: Sql, state: 'final' | 'returned'): Relation => sql`
  select id as reference, ${OUTBOUND}::uuid as account_id, -amount as amount
  from wallet.transfers where kind = 'withdrawal' and state = ${state}`;

const wrongSums = (sql: Sql): Relation => sql`
  select 'address ' || a.address as subject,
    case when a.credited <> coalesce(d.amount, 0) then 'has credited something else than its deposits'
      else 'has swept something else than its sweeps' end as problem,
    'account ' || a.account_id || ', credited ' || a.credited || ', deposits ' || coalesce(d.amount, 0) || ', swept '
      || a.swept || ', sweeps ' || coalesce(s.amount, 0) as detail
  from wallet.addresses a
  left join (select token_account, sum(amount) as amount from wallet.transfers
    where kind in ('deposit', 'faucet') and state = 'final' group by token_account) d using (token_account)
  left join (select account_id, sum(amount) as amount from wallet.sweeps where state = 'final' group by account_id) s
    using (account_id)
  where a.credited <> coalesce(d.amount, 0) or a.swept <> coalesce(s.amount, 0)
  union all
  select 'transfer ' || t.id, 'came in at an address that is not its account’s',
    'account ' || t.account_id || ', token account ' || coalesce(t.token_account, 'none')
  from wallet.transfers t left join wallet.addresses a using (token_account)
  where t.kind in ('deposit', 'faucet') and t.state = 'final' and a.account_id is distinct from t.account_id`;

const doubledDeposits = (sql: Sql): Relation => sql`
  select 'transfer ' || string_agg(id::text, ', ' order by id) as subject, 'is one arrival booked twice' as problem,
    'signature ' || signature || ' at ' || token_account as detail
  from wallet.transfers where signature is not null and token_account is not null
  group by signature, token_account having count(*) > 1`;

const sentWithdrawals = (sql: Sql): Relation => sql`
  select id::text as reference, signature,
    case state when 'requested' then 'pending' when 'returned' then 'failed' else state end as state
  from wallet.transfers where kind = 'withdrawal'`;

const sentSweeps = (sql: Sql): Relation => sql`
  select id::text as reference, signature, case state when 'requested' then 'pending' else state end as state
  from wallet.sweeps`;

const transfers = (sql: Sql, kind: 'faucet' | 'withdrawal'): Relation => sql`
  select id, account_id from wallet.transfers where kind = ${kind}`;
