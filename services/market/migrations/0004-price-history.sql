-- Since when a listing has had its present price; null: since it was made.
alter table market.listings add column priced_at timestamptz(3);

-- Prices that listings had before their present one. Those of listings that were repriced before this table was
-- there are not known: they count at their present price from the beginning.
create table market.former_prices (
  id bigint generated always as identity primary key,
  listing_id uuid not null,
  card_id uuid not null,
  price bigint not null check (price > 0),
  from_at timestamptz(3) not null,
  until_at timestamptz(3) not null check (until_at >= from_at)
);
create index former_prices_of_card on market.former_prices (card_id, until_at);
create index listings_of_card_closed on market.listings (card_id, closed_at) where state <> 'open';
