-- Trade offers. What the sender gives is committed and held in the vault while the offer is open.
create schema trades;

create table trades.offers (
  id uuid primary key,
  from_id uuid not null,
  to_id uuid not null check (to_id <> from_id),
  cash_give bigint not null check (cash_give >= 0),
  cash_receive bigint not null check (cash_receive >= 0),
  fee_basis_points integer not null check (fee_basis_points between 0 and 10000),
  message text not null,
  state text not null default 'open'
    check (state in ('open', 'accepted', 'declined', 'withdrawn', 'countered', 'expired', 'void')),
  expires_at timestamptz(3) not null,
  counter_of uuid references trades.offers,
  created_at timestamptz(3) not null default clock_timestamp(),
  closed_at timestamptz(3),
  check ((state = 'open') = (closed_at is null))
);

-- Ids are UUIDv7: their order is the order of making.
create index offers_sent on trades.offers (from_id, id);
create index offers_received on trades.offers (to_id, id);
create index offers_open on trades.offers (id) where state = 'open';
create index offers_due on trades.offers (expires_at) where state = 'open';
create unique index offers_countered_once on trades.offers (counter_of) where counter_of is not null;

-- The copies of both sides with the epoch in which they were offered or asked for.
create table trades.offer_copies (
  offer_id uuid not null references trades.offers,
  copy_id uuid not null,
  side text not null check (side in ('give', 'receive')),
  epoch bigint not null,
  position integer not null,
  primary key (offer_id, copy_id)
);
