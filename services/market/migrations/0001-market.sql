-- Fixed-price listings. Fee and royalty are those of the day of listing; the epoch is the copy's at that time.
create schema market;

create table market.listings (
  id uuid primary key,
  copy_id uuid not null,
  card_id uuid not null,
  seller_id uuid not null,
  epoch bigint not null,
  price bigint not null check (price > 0),
  fee_basis_points integer not null check (fee_basis_points between 0 and 10000),
  royalty_basis_points integer not null check (royalty_basis_points between 0 and 10000),
  royalty_account_id uuid not null,
  state text not null default 'open' check (state in ('open', 'sold', 'cancelled', 'void')),
  created_at timestamptz(3) not null default clock_timestamp(),
  closed_at timestamptz(3),
  check ((state = 'open') = (closed_at is null))
);

-- Ids are UUIDv7: their order is the order of listing.
create index listings_newest on market.listings (id) where state = 'open';
create index listings_cheapest on market.listings (price, id) where state = 'open';
create index listings_of_card on market.listings (card_id, id) where state = 'open';
create index listings_of_card_cheapest on market.listings (card_id, price, id) where state = 'open';
create index listings_of_seller on market.listings (seller_id, id) where state = 'open';
-- The vault's commitment is the rule; this holds it a second time.
create unique index listings_one_open on market.listings (copy_id, epoch) where state = 'open';
