-- Funds on their way between the chain and the vault. Who owns how much is in schema vault alone.
create schema wallet;

-- The token account that withdrawals are paid from, written at the first start. One row: its lock orders
-- the withdrawals that ask for a part of the treasury.
create table wallet.treasury (
  id boolean primary key default true check (id),
  mint text not null,
  address text not null,
  token_account text not null
);

create table wallet.addresses (
  account_id uuid primary key,
  address text not null unique,
  token_account text not null unique,
  -- Micro-USDC that came in and is booked, and that went on to the treasury.
  credited bigint not null default 0,
  swept bigint not null default 0 check (swept <= credited),
  -- The newest signature up to which the account's history has been read.
  last_signature text,
  created_at timestamptz not null default clock_timestamp()
);
create index addresses_to_sweep on wallet.addresses (account_id) where credited > swept;

create table wallet.transfers (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('faucet', 'deposit', 'withdrawal')),
  state text not null check (state in ('requested', 'final', 'returned')),
  amount bigint not null check (amount > 0),
  address text not null,
  signature text,
  -- Where the money came in; with the signature it names a deposit, which is booked once.
  token_account text,
  -- A withdrawal that has its part of the treasury.
  reserved boolean not null default false,
  -- The date of the deposit's entry, for histories that are brought in.
  booked_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  unique (signature, token_account),
  check (state <> 'final' or signature is not null),
  check ((state = 'requested') = (ended_at is null))
);
create index transfers_by_account on wallet.transfers (account_id, id desc);
create index transfers_open on wallet.transfers (kind, account_id) where state = 'requested';
create index withdrawals_by_end on wallet.transfers (ended_at) where kind = 'withdrawal';

create table wallet.sweeps (
  id uuid primary key,
  account_id uuid not null references wallet.addresses,
  amount bigint not null check (amount > 0),
  state text not null default 'requested' check (state in ('requested', 'final', 'failed')),
  signature text,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create unique index sweeps_one_at_a_time on wallet.sweeps (account_id) where state = 'requested';
create index sweeps_by_account on wallet.sweeps (account_id, ended_at desc);
