-- Sets, cards, and the way of copies onto the chain, out to wallets and back. Who owns a copy is the vault's.
create schema nfts;

create table nfts.sets (
  id uuid primary key,
  code text not null constraint set_code_unique unique,
  name text not null,
  description text not null,
  royalty_basis_points integer not null check (royalty_basis_points between 0 and 10000),
  creator_id uuid not null,
  -- The group on chain: none until the first mint, wanted, requested from the sender, final or failed.
  group_state text not null default 'none' check (group_state in ('none', 'wanted', 'requested', 'final', 'failed')),
  group_mint text,
  group_uri text,
  group_transaction text,
  group_attempts integer not null default 0,
  group_retry_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  check (group_state in ('none', 'wanted') or (group_mint is not null and group_uri is not null))
);
create index sets_without_group on nfts.sets (group_state) where group_state in ('wanted', 'failed');

-- Images that have been checked.
create table nfts.artworks (
  cid text primary key,
  media_type text not null
);

create table nfts.cards (
  id uuid primary key,
  set_id uuid not null references nfts.sets,
  number integer not null check (number > 0),
  name text not null,
  description text not null,
  rarity text not null check (rarity in ('common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic')),
  category text not null,
  edition_size integer not null check (edition_size > 0),
  minted integer not null default 0,
  attributes jsonb not null,
  artwork_cid text not null references nfts.artworks,
  constraint card_number_unique unique (set_id, number),
  constraint edition_kept check (minted between 0 and edition_size)
);

-- The NFT of a copy. `holder_path` names the key of ours that holds it; null while it is outside.
create table nfts.mints (
  copy_id uuid primary key,
  card_id uuid not null references nfts.cards,
  serial integer not null check (serial > 0),
  state text not null default 'wanted' check (state in ('wanted', 'requested', 'final', 'failed')),
  mint text unique,
  metadata_uri text,
  transaction text,
  failure text,
  attempts integer not null default 0,
  retry_at timestamptz,
  holder_path text default 'custody',
  looked_at timestamptz,
  unique (card_id, serial),
  check (state = 'wanted' or (mint is not null and metadata_uri is not null))
);
create index mints_unfinished on nfts.mints (state, copy_id) where state <> 'final';
create index mints_outside on nfts.mints (looked_at nulls first) where holder_path is null;

create table nfts.copy_withdrawals (
  id uuid primary key,
  copy_id uuid not null references nfts.mints,
  account_id uuid not null,
  address text not null,
  holder_path text not null,
  state text not null default 'requested' check (state in ('requested', 'final', 'returned')),
  transaction text,
  created_at timestamptz not null default clock_timestamp(),
  final_at timestamptz
);
create unique index copy_withdrawals_under_way on nfts.copy_withdrawals (copy_id) where state = 'requested';

create table nfts.copy_deposits (
  id uuid primary key,
  copy_id uuid not null references nfts.mints,
  account_id uuid not null,
  address text not null,
  transaction text not null,
  at timestamptz not null default clock_timestamp(),
  unique (copy_id, transaction)
);
