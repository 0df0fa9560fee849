-- Events, written in the transaction that causes them. `sequence` is dense within a topic; (xid, id) is the
-- order in which readers go through all of them once the writing transactions are over.
create table platform.topics (
  topic text primary key,
  sequence bigint not null
);

create table platform.events (
  topic text not null,
  sequence bigint not null,
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  type text not null,
  data jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (topic, sequence)
);
create index events_order on platform.events (xid, id);

-- How far each durable consumer has come.
create table platform.consumers (
  name text primary key,
  xid xid8 not null,
  id bigint not null
);

-- Answers of calls that moved money or cards, by the caller's key; written with the effect.
create table platform.idempotency_keys (
  account_id uuid not null,
  key text not null,
  operation text not null,
  request_hash bytea not null,
  effect jsonb,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);
create index idempotency_keys_age on platform.idempotency_keys (created_at);
