-- Mails to send, each of a notification. The address is asked for when it is sent and kept nowhere.
create table notifications.mails (
  id uuid primary key,
  notification_id uuid not null unique references notifications.notifications on delete cascade,
  account_id uuid not null,
  type text not null,
  -- What a burst of notifications is about: only one of them goes out in a while.
  about text,
  state text not null default 'queued' check (state in ('queued', 'sent', 'dropped', 'dead')),
  tries integer not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  -- A code, never words of the other side, which may name people.
  failure text,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  check ((state = 'queued') = (ended_at is null))
);
create index mails_due on notifications.mails (due_at) where state = 'queued';
create index mails_about on notifications.mails (account_id, about, created_at) where about is not null;

-- Where mails go in development instead of to people.
create table notifications.mailbox (
  id uuid primary key,
  recipient text not null,
  subject text not null,
  body_text text not null,
  body_html text not null,
  headers jsonb not null,
  at timestamptz not null default clock_timestamp()
);
