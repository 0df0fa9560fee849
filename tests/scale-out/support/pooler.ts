import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgres } from '@ece/platform/db/driver';
import { openProxy } from '../../crash/proxy.ts';
import type { TestDatabase } from '../../setup/database.ts';
import { freePort } from '../../support/processes.ts';
import { reach } from './reach.ts';

/** A real PgBouncer before a test's database, which lends a connection for one transaction at a time. */
export interface Pooler {
  url: string;
  /** How many connections PgBouncer has lent for how many transactions. */
  figures(): Promise<{ transactions: number; mostConnections: number }>;
  stop(): Promise<void>;
}

/** Connections to the server: fewer than the processes have to the pooler, so that they change hands. */
const CONNECTIONS = 12;

/** The account that owns nothing. */
const NOBODY = 65_534;

/** Starts a PgBouncer before a database of the test run. */
export async function startPooler({
  host,
  port: behind,
  user,
  database,
}: TestDatabase['connection']): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'ece-pgbouncer-'));
  const port = await freePort();
  // The server's socket is for the account of the tests alone, and PgBouncer refuses to run as root.
  const bridge = await openProxy(() => `${host}/.s.PGSQL.${behind}`);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
${database} = host=127.0.0.1 port=${bridge.port} user=${user} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
stats_users = ${user}
pool_mode = transaction
default_pool_size = ${CONNECTIONS}
max_client_conn = 500
server_lifetime = 5
`,
  );
  const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (account.uid !== undefined) for (const path of [folder, file]) chownSync(path, account.uid, account.gid);
  const child = spawn('pgbouncer', ['-q', file], { ...account, stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  await reach(port, () => child.exitCode === null);
  return {
    url: `postgres://${user}@127.0.0.1:${port}/${database}`,
    async figures() {
      // Its own database takes plain statements alone.
      const console = postgres({
        host: '127.0.0.1',
        port,
        user,
        database: 'pgbouncer',
        max: 1,
        fetch_types: false,
      });
      try {
        const stats = await console.unsafe('show stats').simple();
        const [own] = stats.filter((row) => row.database === database);
        const servers = await console.unsafe('show servers').simple();
        return { transactions: Number(own?.total_xact_count ?? 0), mostConnections: servers.length };
      } finally {
        await console.end({ timeout: 1 });
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      await bridge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
