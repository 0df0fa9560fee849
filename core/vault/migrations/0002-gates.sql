-- Halts of trading and freezes of accounts, with their history: what a transaction of trade asks before it
-- does anything (gates.ts). `at` is rounded up and `until` down to the millisecond, so that no act outside
-- of them bears a time strictly between the two.
create table vault.halts (
  id uuid primary key,
  -- Null is everything.
  set_id uuid,
  -- Whether withdrawals of money and cards are stopped, too.
  withdrawals boolean not null,
  reason text not null,
  at timestamptz(3) not null,
  until timestamptz(3),
  check (until >= at)
);
create unique index halts_in_force on vault.halts (coalesce(set_id, '00000000-0000-0000-0000-000000000000'))
  where until is null;
create index halts_over on vault.halts (until);

create table vault.freezes (
  id uuid primary key,
  account_id uuid not null references vault.accounts,
  reason text not null,
  at timestamptz(3) not null,
  until timestamptz(3),
  check (until >= at)
);
create unique index freezes_in_force on vault.freezes (account_id) where until is null;
create index freezes_by_account on vault.freezes (account_id, at);
