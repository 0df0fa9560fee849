create schema auctions;

create table auctions.auctions (
  id uuid primary key,
  seller_id uuid not null,
  state text not null check (state in ('scheduled', 'open', 'sold', 'unsold', 'cancelled')),
  starting_price bigint not null check (starting_price > 0),
  reserve_price bigint,
  buy_now_price bigint,
  -- The table in force when the auction was made: [[below, step], …] as text, micro-USDC.
  increments jsonb not null,
  fee_basis_points integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- The end as it was announced; `ends_at` moves with the soft close.
  first_ends_at timestamptz not null,
  soft_window integer not null,
  soft_extension integer not null,
  price bigint,
  leader_id uuid,
  leader_handle text,
  leader_maximum bigint,
  bid_count integer not null default 0,
  sold_by text check (sold_by in ('close', 'buy_now')),
  created_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  check ((price is null) = (leader_id is null)),
  check (leader_maximum >= price)
);
create index auctions_due on auctions.auctions (ends_at, id) where state = 'open';
create index auctions_starting on auctions.auctions (starts_at) where state = 'scheduled';
create index auctions_by_state on auctions.auctions (state, id desc);
create index auctions_by_seller on auctions.auctions (seller_id, id desc);

create table auctions.items (
  auction_id uuid not null references auctions.auctions,
  position integer not null,
  copy_id uuid not null,
  card_id uuid not null,
  epoch bigint not null,
  royalty_basis_points integer not null,
  royalty_account_id uuid not null,
  primary key (auction_id, position)
);
create index items_by_card on auctions.items (card_id, auction_id desc);
create index items_by_copy on auctions.items (copy_id);

-- The auction's log: accepted bids in order, with the state each one led to.
create table auctions.bids (
  auction_id uuid not null references auctions.auctions,
  number integer not null,
  id uuid not null unique,
  bidder_id uuid not null,
  maximum bigint not null check (maximum > 0),
  price bigint not null,
  leader_id uuid not null,
  ends_at timestamptz not null,
  at timestamptz not null,
  primary key (auction_id, number)
);
create index bids_by_bidder on auctions.bids (bidder_id, auction_id);
