-- The last entry of the audit trail that was written to the log, from where it leaves the database.
create table platform.audit_told (
  one boolean primary key default true check (one),
  number bigint not null
);
insert into platform.audit_told (number) values (0);
