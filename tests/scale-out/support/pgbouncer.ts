import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresConnection } from '../../../server/embedded/postgres.ts';
import { freePort } from '../../support/processes.ts';
import { reach } from './reach.ts';

/** A real PgBouncer before the PostgreSQL of this test run. */
export interface Pooler {
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts PgBouncer on TCP, in transaction mode with so few sessions that every process soon meets a session
 * that another one had before.
 */
export async function startPooler(server: PostgresConnection): Promise<Pooler> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ece-pooler-'));
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
* = host=${server.host} port=${server.port} user=${server.user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 12
max_client_conn = 500
`,
  );
  // As root it runs as somebody else, who has to read this.
  chmodSync(folder, 0o755);
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', ['-q', ...asNobody, file], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await reach(port, () => child.exitCode === null);
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      // Clients that are still there hold up a polite end.
      await Promise.race([gone, sleep(2000)]);
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
