-- What people hold, what it cost them, and what it is worth. All of it is derived from the vault and can be
-- made again by `ece rebuild portfolio`.
create schema portfolio;

-- One row: how far the books are. Every writer of this schema locks it first.
create table portfolio.books (
  id boolean primary key default true check (id),
  -- Whether the lots have once been made from all of the vault.
  filled boolean not null default false,
  -- The last day whose values stand; null before the first.
  closed_day date,
  -- Grows whenever the closed day changes: what a process remembers of older books is void then.
  version bigint not null default 0,
  -- Something older than the closed day has been learnt: all days are valued again.
  replay boolean not null default false,
  -- Something has changed since the cards were last valued.
  changed boolean not null default true,
  valued_day date
);
insert into portfolio.books default values;

-- A card with what it is worth now, for a copy of an ordinary serial. Its facts come from the catalogue a
-- moment after its first copy; until then they are null. An estimate is no money and is never booked.
create table portfolio.cards (
  card_id uuid primary key,
  set_id uuid,
  rarity text,
  edition_size integer,
  value bigint,
  low bigint,
  high bigint,
  method text check (method in ('sales', 'index', 'set', 'rarity')),
  confidence text check (confidence in ('high', 'medium', 'low')),
  sales integer not null default 0,
  -- Its value at the end of the closed day.
  closing_value bigint,
  check ((set_id is null) = (rarity is null) and (set_id is null) = (edition_size is null)),
  check ((value is null) = (method is null) and (value is null) = (confidence is null))
);
create index cards_without_facts on portfolio.cards (card_id) where set_id is null;
create index cards_of_set on portfolio.cards (set_id);

-- The time for which one owner had a copy: one row for each move of the vault. Money in micro-USDC.
create table portfolio.lots (
  copy_id uuid not null,
  epoch bigint not null,
  card_id uuid not null references portfolio.cards,
  serial integer not null,
  -- Null until the card's facts are known.
  serial_class text check (serial_class in ('ordinary', 'first', 'lowest', 'low', 'last')),
  owner_id uuid not null,
  from_id uuid,
  transaction_id uuid not null,
  acquired_by text not null check (acquired_by in ('mint', 'sale', 'trade', 'deposit', 'withdrawal')),
  -- When the vault says it happened.
  at timestamptz(3) not null,
  -- From when on it counts as held: `at`, or earlier where a history that was brought in has it leave earlier.
  held_from timestamptz(3) not null,
  held_to timestamptz(3),
  -- What it cost; null where nobody knows.
  cost bigint check (cost >= 0),
  ended_by text check (ended_by in ('sale', 'trade', 'deposit', 'withdrawal')),
  proceeds bigint,
  realised bigint,
  primary key (copy_id, epoch),
  check ((held_to is null) = (ended_by is null)),
  check (realised is null or realised = proceeds - cost)
);
create unique index lots_one_open on portfolio.lots (copy_id) where held_to is null;
create index lots_held on portfolio.lots (owner_id, held_from desc, copy_id desc) where held_to is null;
create index lots_held_by_card on portfolio.lots (owner_id, card_id) where held_to is null;
create index lots_held_by_copy on portfolio.lots (owner_id, copy_id) where held_to is null;
create index lots_realised on portfolio.lots (owner_id, held_to desc, copy_id desc, epoch desc)
  include (realised, proceeds) where proceeds is not null;
create index lots_without_class on portfolio.lots (card_id) where serial_class is null;
create index lots_sold on portfolio.lots (at, copy_id, epoch) where acquired_by = 'sale';
create index lots_sold_of_card on portfolio.lots (card_id, at desc, copy_id desc, epoch desc) where acquired_by = 'sale';

-- How far a set's prices have come, as a logarithm; a row for each day on which it moved.
create table portfolio.set_days (
  set_id uuid not null,
  day date not null,
  level double precision not null,
  primary key (set_id, day)
);

-- What kinds of serials have been worth: learnt up to the closed day, and the factor in ten-thousandths now
-- and at the end of the closed day.
create table portfolio.premiums (
  serial_class text primary key,
  log double precision not null default 0,
  sales integer not null default 0,
  basis_points integer not null default 10000 check (basis_points > 0),
  closing_basis_points integer not null default 10000 check (closing_basis_points > 0)
);
insert into portfolio.premiums (serial_class) values ('ordinary'), ('first'), ('lowest'), ('low'), ('last');

-- What an account held at the end of a day (UTC).
create table portfolio.account_days (
  account_id uuid not null,
  day date not null,
  value bigint not null,
  cost bigint not null,
  copies integer not null,
  primary key (account_id, day)
);
create index account_days_by_day on portfolio.account_days (day);
