-- A local chain may begin with NFTs that no transaction made: they are loaded, and have none.
alter table nfts.mints add column loaded boolean not null default false;
alter table nfts.mints add constraint loaded_without_transaction check (not loaded or transaction is null);
