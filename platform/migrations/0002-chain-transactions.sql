-- Transactions that the chain shall hold, each once. A signature and its bytes are committed before they are
-- broadcast; a new signature takes its place only when the old one can no longer take effect, and the old one
-- stays in `replaced_signatures`, so that anybody can see that none of them ever landed.
create table platform.chain_transactions (
  id bigint generated always as identity primary key,
  purpose text not null,
  reference text not null,
  state text not null default 'requested' check (state in ('requested', 'signed', 'sent', 'final', 'failed')),
  signature text unique,
  wire text,
  last_valid_block_height bigint,
  -- Signatures made so far.
  attempts integer not null default 0,
  replaced_signatures text[] not null default '{}',
  -- Times in a row that its owner said "not yet".
  postponed integer not null default 0,
  -- When signing or broadcasting may next look at it.
  due_at timestamptz not null default clock_timestamp(),
  fee_lamports bigint,
  error text,
  requested_at timestamptz not null default clock_timestamp(),
  signed_at timestamptz,
  sent_at timestamptz,
  ended_at timestamptz,
  unique (purpose, reference),
  check (state not in ('signed', 'sent', 'final') or (signature is not null and last_valid_block_height is not null)),
  check (state not in ('signed', 'sent') or wire is not null),
  check ((ended_at is not null) = (state in ('final', 'failed')))
);
create index chain_transactions_live on platform.chain_transactions (purpose, state, id)
  where state in ('requested', 'signed', 'sent');
