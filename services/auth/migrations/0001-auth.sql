-- Sign-in. Other ways to sign in (OpenID Connect, passkeys, wallets) get tables beside `credentials`.
create schema auth;

create table auth.credentials (
  user_id uuid primary key,
  password_hash text not null,
  created_at timestamptz not null default clock_timestamp()
);

-- The cookie's token is random; only its SHA-256 is kept, so that this table lets nobody in.
create table auth.sessions (
  id uuid primary key,
  user_id uuid not null,
  token_hash bytea not null unique,
  created_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index sessions_live_by_user on auth.sessions (user_id) where ended_at is null;
create index sessions_by_expiry on auth.sessions (expires_at);
