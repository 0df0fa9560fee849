-- Auctions that somebody has bid on: their documents say another price, which may wait for further bids.
alter table search.marks drop constraint marks_kind_check;
alter table search.marks add constraint marks_kind_check
  check (kind in ('set', 'card', 'copy', 'person', 'auction', 'bids'));
