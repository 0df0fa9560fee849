-- People. The id is also the id of the person's vault account.
create schema users;

-- `email` is stored as the service normalises it (domain/email.ts): unique means unique whatever the case.
-- A pending row reserves its e-mail and handle for a registration that is under way.
create table users.users (
  id uuid primary key,
  email text not null constraint users_email_key unique,
  handle text not null constraint users_handle_key unique check (handle ~ '^[a-z0-9][a-z0-9_]{1,28}[a-z0-9]$'),
  display_name text not null,
  bio text not null default '',
  role text not null check (role in ('collector', 'moderator', 'admin')),
  state text not null check (state in ('pending', 'active')),
  created_at timestamptz not null default clock_timestamp()
);
create index users_pending on users.users (created_at) where state = 'pending';
create index users_admins on users.users (id) where role = 'admin';
