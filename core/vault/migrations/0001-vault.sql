-- Who owns what. Written by core/vault alone.
create schema vault;

-- A person's account has the person's id. External accounts stand for the world outside the exchange and
-- may be negative: minus what has come in.
create table vault.accounts (
  id uuid primary key,
  kind text not null check (kind in ('user', 'system', 'external')),
  available bigint not null default 0,
  held bigint not null default 0 check (held >= 0),
  constraint available_not_negative check (kind = 'external' or available >= 0)
);

insert into vault.accounts (id, kind) values
  ('00000000-0000-7000-8000-000000000001', 'system'),   -- fees earned
  ('00000000-0000-7000-8000-000000000002', 'external'), -- the chain
  ('00000000-0000-7000-8000-000000000003', 'system');   -- withdrawals on their way out

create table vault.transactions (
  id uuid primary key,
  kind text not null,
  reference uuid,
  -- To the millisecond, as programs and cursors see it.
  at timestamptz(3) not null default clock_timestamp()
);

-- Double entry: the amounts of a transaction sum to zero per asset. `balance` is the account's total after it.
create table vault.postings (
  transaction_id uuid not null references vault.transactions,
  account_id uuid not null references vault.accounts,
  asset text not null default 'USDC',
  amount bigint not null check (amount <> 0),
  balance bigint not null,
  primary key (account_id, transaction_id, asset)
);
create index postings_by_transaction on vault.postings (transaction_id);

-- Money set aside for one live commitment: an auction's leading maximum, a trade's cash.
create table vault.holds (
  kind text not null,
  reference uuid not null,
  account_id uuid not null references vault.accounts,
  amount bigint not null check (amount > 0),
  primary key (kind, reference)
);
create index holds_by_account on vault.holds (account_id);

-- A copy has one owner and, by its one pair of columns, at most one live commitment. The epoch grows with
-- every change of hands.
create table vault.copies (
  id uuid primary key,
  card_id uuid not null,
  serial integer not null check (serial > 0),
  owner_id uuid not null references vault.accounts,
  epoch bigint not null default 0,
  commitment_kind text check (commitment_kind in ('mint', 'listing', 'auction', 'trade', 'withdrawal')),
  commitment_id uuid,
  unique (card_id, serial),
  check ((commitment_kind is null) = (commitment_id is null))
);
create index copies_by_owner on vault.copies (owner_id, id);
create index copies_by_commitment on vault.copies (commitment_id) where commitment_id is not null;

-- Every change of hands. Epoch 0 is the copy's making and has no giver.
create table vault.moves (
  copy_id uuid not null references vault.copies,
  epoch bigint not null,
  from_id uuid references vault.accounts,
  to_id uuid not null references vault.accounts,
  transaction_id uuid not null references vault.transactions,
  primary key (copy_id, epoch)
);
create index transactions_by_reference on vault.transactions (reference) where reference is not null;
create index moves_by_transaction on vault.moves (transaction_id);

create table vault.sales (
  id uuid primary key,
  transaction_id uuid not null references vault.transactions,
  copy_id uuid not null references vault.copies,
  card_id uuid not null,
  epoch bigint not null,
  seller_id uuid not null references vault.accounts,
  buyer_id uuid not null references vault.accounts,
  price bigint not null check (price >= 0),
  fee bigint not null check (fee >= 0),
  royalty bigint not null check (royalty >= 0),
  venue text not null check (venue in ('listing', 'auction', 'offer')),
  reference uuid not null,
  at timestamptz(3) not null default clock_timestamp(),
  unique (copy_id, epoch)
);
create index sales_by_time on vault.sales (at desc, id desc);
create index sales_by_card on vault.sales (card_id, at desc, id desc);
