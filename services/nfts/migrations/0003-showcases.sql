-- Copies that somebody shows first, in the order in which they chose. Those that have moved since are left out when it is read.
create table nfts.showcases (
  account_id uuid primary key,
  copy_ids uuid[] not null check (cardinality(copy_ids) <= 6)
);
