-- Figures about cards, sets and the whole market, derived from sales, copies and listings. All of it can be
-- made anew (`ece rebuild marketdata`). A subject is a card, a set, or the market: the nil UUID.
create schema marketdata;

-- What must be computed again. A new reason gives a new version, so that work begun before it does not count.
create sequence marketdata.versions;
create table marketdata.marks (
  kind text not null check (kind in ('card', 'sale')),
  id uuid not null,
  version bigint not null default nextval('marketdata.versions'),
  primary key (kind, id)
);
create index marks_in_order on marketdata.marks (version);

-- Whoever writes the figures holds this row, so that sums are made of sums that stand still.
create table marketdata.writer (one boolean primary key default true check (one));
insert into marketdata.writer default values;

-- Sales by the hour and by the day, in UTC. Money in micro-USDC.
create table marketdata.buckets (
  subject uuid not null,
  width text not null check (width in ('hour', 'day')),
  start timestamptz(3) not null,
  open bigint not null,
  opened_at timestamptz(3) not null,
  opened_by uuid not null,
  high bigint not null,
  low bigint not null,
  close bigint not null,
  closed_at timestamptz(3) not null,
  closed_by uuid not null,
  volume bigint not null,
  sales bigint not null,
  primary key (subject, width, start)
);

create table marketdata.summaries (
  subject uuid primary key,
  kind text not null check (kind in ('card', 'set', 'market')),
  -- The set of a card.
  set_id uuid,
  supply bigint not null default 0,
  -- Copies in wallets outside the exchange.
  outside bigint not null default 0,
  holders bigint not null default 0,
  listed bigint not null default 0,
  floor bigint,
  sales bigint not null default 0,
  volume bigint not null default 0,
  first_price bigint,
  last_price bigint,
  last_at timestamptz(3),
  last_sale uuid,
  check ((kind = 'card') = (set_id is not null))
);
insert into marketdata.summaries (subject, kind) values ('00000000-0000-0000-0000-000000000000', 'market');
create index summaries_of_set on marketdata.summaries (set_id) where kind = 'card';
create index summaries_by_last_sale on marketdata.summaries (last_at desc) where kind = 'card';

-- How many copies of a subject each account owns.
create table marketdata.holdings (
  subject uuid not null,
  owner_id uuid not null,
  copies bigint not null check (copies > 0),
  primary key (subject, owner_id)
);
create index holdings_by_count on marketdata.holdings (subject, copies desc, owner_id);
create index holdings_by_owner on marketdata.holdings (owner_id, subject);

-- Who bought or sold on a day, in UTC, and how many accounts that were.
create table marketdata.traders (
  day date not null,
  account_id uuid not null,
  primary key (day, account_id)
);
create table marketdata.days (
  day date primary key,
  traders bigint not null
);
