-- Work that one process at a time does, and until when it may be taken for alive.
create table platform.leases (
  name text primary key,
  holder uuid not null,
  until timestamptz not null
);
