/** Version of the ledger file's layout, kept in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 1;

/** Tables of the ledger file. `holder` and `mint` are set for token accounts only. */
export const SCHEMA = `
CREATE TABLE state (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT;

CREATE TABLE account (
  address BLOB PRIMARY KEY,
  lamports INTEGER NOT NULL,
  owner BLOB NOT NULL,
  executable INTEGER NOT NULL,
  data BLOB NOT NULL,
  holder BLOB,
  mint BLOB
) STRICT;
CREATE INDEX account_owner ON account (owner);
CREATE INDEX account_holder ON account (holder, mint) WHERE holder IS NOT NULL;
CREATE INDEX account_mint ON account (mint) WHERE mint IS NOT NULL;

-- Accounts as they were before their first change in a slot that is not final; lamports 0: absent.
CREATE TABLE account_version (
  slot INTEGER NOT NULL,
  address BLOB NOT NULL,
  lamports INTEGER NOT NULL,
  owner BLOB NOT NULL,
  executable INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (slot, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE processed (
  id INTEGER PRIMARY KEY,
  signature BLOB NOT NULL UNIQUE,
  slot INTEGER NOT NULL,
  block_time INTEGER NOT NULL,
  err TEXT,
  wire BLOB NOT NULL,
  meta TEXT NOT NULL
) STRICT;

CREATE TABLE processed_address (
  address BLOB NOT NULL,
  id INTEGER NOT NULL REFERENCES processed (id),
  PRIMARY KEY (address, id)
) STRICT, WITHOUT ROWID;
`;
