-- What people are told, and how they want to hear of it.
create schema notifications;

-- (topic, sequence) is where a notification comes from: an event of the outbox, or a thing of this schema
-- whose topic no event has (`reminder:…`, `alert:…`). Each makes one notification of a type for an account.
-- Ids are UUIDv7: their order is the order of making.
create table notifications.notifications (
  id uuid primary key,
  account_id uuid not null,
  type text not null,
  data jsonb not null,
  topic text not null,
  sequence bigint not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  read_at timestamptz(3),
  constraint notifications_once unique (account_id, topic, sequence, type)
);
create index notifications_of_account on notifications.notifications (account_id, id desc);
create index notifications_unread on notifications.notifications (account_id, id desc) where read_at is null;

-- Only what somebody has chosen; for the rest the default of the type holds.
create table notifications.preferences (
  account_id uuid not null,
  type text not null,
  mail boolean not null,
  primary key (account_id, type)
);
