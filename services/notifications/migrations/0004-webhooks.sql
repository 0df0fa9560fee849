-- Addresses that are told of events. The secret is derived from the id and `generation`; until `previous_until`
-- the one before signs as well.
create table notifications.webhooks (
  id uuid primary key,
  account_id uuid not null,
  url text not null,
  -- Types of events that are sent; all of them where it is null.
  types text[],
  state text not null default 'enabled' check (state in ('enabled', 'disabled')),
  disabled_reason text,
  generation integer not null default 1,
  previous_until timestamptz,
  -- Since when nothing was delivered.
  failing_since timestamptz,
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((state = 'disabled') = (disabled_reason is not null))
);
create index webhooks_of_account on notifications.webhooks (account_id, id desc);

create table notifications.webhook_topics (
  topic text not null,
  webhook_id uuid not null references notifications.webhooks on delete cascade,
  primary key (topic, webhook_id)
);
create index webhook_topics_of_webhook on notifications.webhook_topics (webhook_id);

create table notifications.deliveries (
  id uuid primary key,
  webhook_id uuid not null references notifications.webhooks on delete cascade,
  topic text not null,
  sequence bigint not null,
  type text not null,
  body text not null,
  state text not null default 'queued' check (state in ('queued', 'delivered', 'failed')),
  tries integer not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  -- Of the last try: the status of its answer, or why there was none, and how long it took.
  status integer,
  failure text,
  duration_ms integer,
  created_at timestamptz(3) not null default clock_timestamp(),
  ended_at timestamptz(3),
  constraint deliveries_once unique (webhook_id, topic, sequence),
  check ((state = 'queued') = (ended_at is null))
);
create index deliveries_due on notifications.deliveries (due_at) where state = 'queued';
create index deliveries_queued on notifications.deliveries (webhook_id) where state = 'queued';
create index deliveries_of_webhook on notifications.deliveries (webhook_id, id desc);
