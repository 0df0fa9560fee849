-- The search index. All of it is derived: `ece rebuild search` makes it anew.
create extension if not exists pg_trgm;
create schema search;

-- Draws numbers that grow with time: versions of documents, and of marks.
create sequence search.tickets;

-- Things that have changed and whose documents must be made again. A lease keeps two processes from doing the
-- same work; it is no lock, and two that do it all the same do no harm.
create table search.marks (
  kind text not null check (kind in ('set', 'card', 'copy', 'person', 'auction')),
  id uuid not null,
  version bigint not null default nextval('search.tickets'),
  leased_until timestamptz,
  primary key (kind, id)
);
create index marks_in_order on search.marks (version);

-- Two tables take turns: one is read, the other one is filled by a rebuild and then takes its place.
create table search.generations (
  only_one boolean primary key default true check (only_one),
  live text not null default 'a' check (live in ('a', 'b')),
  building text check (building in ('a', 'b') and building <> live),
  -- Which rebuild fills it, and since when.
  build bigint,
  building_since timestamptz,
  built_at timestamptz
);
insert into search.generations default values;

create table search.documents_a (
  kind text not null check (kind in ('set', 'card', 'copy', 'person')),
  id uuid not null,
  version bigint not null,
  name text not null,
  -- The name as it is compared: lower case, no accents, words with one space between them. Order of bytes.
  title text collate "C" not null,
  -- What is searched. A copy has neither: it is found by its card.
  words text,
  terms tsvector,
  set_code text,
  rarity text,
  category text,
  card_id uuid,
  serial integer,
  owner_id uuid,
  -- Micro-USDC, and the number of the price band.
  price bigint,
  band smallint not null,
  listings integer not null,
  auctions integer not null,
  -- Unix milliseconds.
  auction_ends bigint,
  sold bigint,
  shown jsonb not null,
  primary key (kind, id),
  check ((words is null) = (kind = 'copy') and (terms is null) = (kind = 'copy'))
);
create index documents_a_cheapest on search.documents_a (kind, coalesce(price, 9223372036854775807), id);
create index documents_a_dearest on search.documents_a (kind, coalesce(price, -1), id);
create index documents_a_ending on search.documents_a (kind, auction_ends, id) where auction_ends is not null;
create index documents_a_sold on search.documents_a (kind, coalesce(sold, -1), id);
create index documents_a_serial on search.documents_a (kind, coalesce(serial, 2147483647), id);
create index documents_a_card on search.documents_a (card_id, coalesce(serial, 2147483647), id)
  where kind = 'copy';
create index documents_a_owner on search.documents_a (owner_id, id) where kind = 'copy';
create index documents_a_title on search.documents_a (kind, title, id) where kind <> 'copy';
create index documents_a_terms on search.documents_a using gin (terms) where kind <> 'copy';
create index documents_a_words on search.documents_a using gin (words gin_trgm_ops) where kind <> 'copy';
-- Facets are counted in this index alone.
create index documents_a_facets on search.documents_a (kind, set_code, rarity, category, band)
  include (price, listings, auctions, auction_ends, serial);

create table search.documents_b (like search.documents_a including all);
