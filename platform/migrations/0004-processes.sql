-- The processes that run, as each tells of itself every few seconds. Nothing is decided by it; operators look.
create table platform.processes (
  id uuid primary key,
  host text not null,
  version text not null,
  roles text[] not null,
  not_ready text[] not null,
  -- [{name, runs, failures, failing, lastAt, milliseconds}]
  jobs jsonb not null,
  started_at timestamptz not null,
  seen_at timestamptz not null default clock_timestamp()
);
