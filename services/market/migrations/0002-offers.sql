-- Offers to buy: one copy, any copy of a card, or any copy of a set. The amount is held in the vault while an
-- offer is open. Fee and royalty are those of the day of making.
create table market.offers (
  id uuid primary key,
  buyer_id uuid not null,
  scope text not null check (scope in ('copy', 'card', 'set')),
  copy_id uuid,
  -- Who has the copy, and in which epoch. When it moves the offer is dead.
  owner_id uuid,
  epoch bigint,
  card_id uuid,
  set_id uuid not null,
  rarity text,
  category text,
  serial_from integer,
  serial_to integer,
  -- All of the above in one word: equal for all offers that take the same copies, but for the serials.
  target text not null,
  amount bigint not null check (amount > 0),
  fee_basis_points integer not null check (fee_basis_points between 0 and 10000),
  royalty_basis_points integer not null check (royalty_basis_points between 0 and 10000),
  royalty_account_id uuid not null,
  state text not null default 'open'
    check (state in ('open', 'accepted', 'declined', 'withdrawn', 'expired', 'void')),
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  closed_at timestamptz(3),
  -- What was sold, by whom, in the epoch in which they had it.
  seller_id uuid,
  sold_copy_id uuid,
  sold_epoch bigint,
  check ((state = 'open') = (closed_at is null)),
  check (num_nulls(copy_id, owner_id, epoch) = case scope when 'copy' then 0 else 3 end),
  check ((card_id is null) = (scope = 'set')),
  check (scope = 'set' or num_nonnulls(rarity, category) = 0),
  check (scope <> 'copy' or num_nonnulls(serial_from, serial_to) = 0),
  check (num_nulls(seller_id, sold_copy_id, sold_epoch) = case state when 'accepted' then 0 else 3 end),
  check (seller_id <> buyer_id)
);

-- Best first: the highest amount, and of one amount the oldest. Ids are UUIDv7.
create index offers_best on market.offers (target, (-amount), id) where state = 'open';
create index offers_best_of_set on market.offers (set_id, (-amount), id) where state = 'open' and scope = 'set';
create index offers_best_of_owner on market.offers (owner_id, (-amount), id) where state = 'open' and scope = 'copy';
create index offers_sent on market.offers (buyer_id, id);
create index offers_sent_by_state on market.offers (buyer_id, state, id);
create index offers_due on market.offers (expires_at) where state = 'open';
create index offers_of_copies on market.offers (id) where state = 'open' and scope = 'copy';
