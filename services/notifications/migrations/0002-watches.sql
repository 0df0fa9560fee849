-- What people watch: a card, a set, one copy, or an auction.
create table notifications.watches (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('card', 'set', 'copy', 'auction')),
  subject_id uuid not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint watches_once unique (account_id, kind, subject_id)
);
create index watches_of_account on notifications.watches (account_id, id desc);
create index watches_of_subject on notifications.watches (kind, subject_id, account_id);

-- Told once when a listing or sale of the card reaches the price; again each time where `repeat` is set.
-- `last_reference` and `last_price` are the listing or sale that it told of last: the same thing at the same
-- price never makes it fire twice.
create table notifications.price_alerts (
  id uuid primary key,
  account_id uuid not null,
  card_id uuid not null,
  kind text not null check (kind in ('listing', 'sale')),
  direction text not null check (direction in ('below', 'above')),
  price bigint not null check (price > 0),
  repeat boolean not null,
  state text not null default 'armed' check (state in ('armed', 'fired')),
  fired_count integer not null default 0,
  fired_at timestamptz(3),
  fired_price bigint,
  last_reference uuid,
  last_price bigint,
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((fired_count = 0) = (fired_at is null)),
  check (state = 'armed' or fired_count > 0)
);
create index price_alerts_armed on notifications.price_alerts (card_id, kind, direction, price)
  where state = 'armed';
create index price_alerts_of_account on notifications.price_alerts (account_id, id desc);

-- Events that many may want to hear of, worked off in pages of accounts. `after_account` is how far the
-- watchers have come.
create table notifications.fanouts (
  topic text not null,
  sequence bigint not null,
  type text not null,
  data jsonb not null,
  at timestamptz not null,
  pages integer not null default 0,
  after_account uuid,
  primary key (topic, sequence)
);

-- What shall be told at a time. Gone once it was told, or once what it is about has ended.
create table notifications.reminders (
  kind text not null check (kind in ('auction', 'trade', 'offer')),
  reference uuid not null,
  account_id uuid not null,
  other_id uuid,
  due_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (kind, reference, account_id)
);
create index reminders_due on notifications.reminders (due_at);
