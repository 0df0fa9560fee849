-- The audit trail: every privileged act, appended in its transaction. Each entry's hash covers the hash before
-- it, so that none can be changed, left out or moved without a trace; the head tells where the trail ends.
create table platform.audit (
  number bigint primary key,
  at timestamptz(3) not null,
  -- An account's id, or who acted without one: cli, system.
  actor text not null,
  action text not null,
  subject text not null,
  -- JSON, as it was hashed.
  data text not null,
  address text,
  request_id text,
  previous bytea not null,
  hash bytea not null
);
create index audit_by_actor on platform.audit (actor, number);
create index audit_by_action on platform.audit (action, number);
create index audit_by_subject on platform.audit (subject, number);

create table platform.audit_head (
  single boolean primary key default true check (single),
  number bigint not null,
  hash bytea not null
);
insert into platform.audit_head (number, hash) values (0, '\x');

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is only ever appended to';
end $$;
create trigger audit_is_kept before update or delete on platform.audit
  for each row execute function platform.refuse_change();
create trigger audit_is_not_emptied before truncate on platform.audit
  for each statement execute function platform.refuse_change();

-- What came of each check of the invariants when it was last made, by whichever process made it.
create table platform.invariant_results (
  title text primary key,
  invariant text not null,
  checked bigint not null,
  findings bigint not null,
  failed boolean not null,
  milliseconds double precision not null,
  at timestamptz(3) not null default clock_timestamp()
);
