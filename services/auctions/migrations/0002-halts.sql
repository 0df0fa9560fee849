-- Halts of trading give auctions their lost time back (domain/halts.ts).
alter table auctions.auctions
  -- The sets of the lot; null for auctions that are older than this column, until a job has filled it in.
  add column set_ids uuid[],
  -- The start as it was announced; `starts_at` moves when it falls into a halt.
  add column first_starts_at timestamptz,
  -- Up to here the halts of trading are in `starts_at` and `ends_at`.
  add column halts_counted_to timestamptz(3) not null default clock_timestamp();
update auctions.auctions set first_starts_at = starts_at;
alter table auctions.auctions alter column first_starts_at set not null;
create index auctions_uncounted on auctions.auctions (halts_counted_to) where state in ('scheduled', 'open');
create index auctions_without_sets on auctions.auctions (id) where set_ids is null;
