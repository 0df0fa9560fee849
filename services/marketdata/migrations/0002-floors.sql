-- The floor of a card at the end of each hour in which it became another one; null: nothing was listed.
create table marketdata.floors (
  subject uuid not null,
  start timestamptz(3) not null,
  floor bigint,
  primary key (subject, start)
);

-- From which time on the floors of a marked card must be computed again.
alter table marketdata.marks add column since timestamptz(3) not null default '-infinity';
insert into marketdata.marks (kind, id) select 'card', subject from marketdata.summaries where kind = 'card'
on conflict (kind, id) do update set version = nextval('marketdata.versions'), since = '-infinity';
