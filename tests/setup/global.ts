import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startChain } from '../../server/embedded/chain.ts';
import {
  EmbeddedPostgresError,
  type PostgresConnection,
  removePostgres,
  startPostgres,
} from '../../server/embedded/postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The PostgreSQL server of this test run; each test file makes its own database in it. */
    postgres: PostgresConnection;
    /** JSON-RPC address of the local chain of this test run. */
    chain: string;
  }
}

const FOLDER_PREFIX = 'ece-test-';

/**
 * Starts one PostgreSQL server and one local chain for the whole run, and gives back the function that stops
 * both and deletes their data.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const temporary = realpathSync(tmpdir());
  await removeLeftovers(temporary);
  const folder = mkdtempSync(join(temporary, FOLDER_PREFIX));
  // PostgreSQL runs as somebody else when the tests run as root.
  chmodSync(folder, 0o711);
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    // Nobody needs this data after a power cut.
    settings: { fsync: false, full_page_writes: false, synchronous_commit: false, shared_buffers: '128MB' },
  });
  process.once('exit', () => endServer(postgres.pid));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const stopPostgres = async () => {
    await postgres.stop();
    await removePostgres(join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const chain = await startChain({ slotMs: 20, finalityLag: 4, loadable: true });
    project.provide('postgres', postgres.connection);
    project.provide('chain', chain.url);
    return async () => {
      await chain.stop();
      await stopPostgres();
    };
  } catch (error) {
    await stopPostgres();
    throw error;
  }
}

/** A run that is cut short has no time for more; the next run deletes the data. */
function endServer(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended in the usual way.
  }
}

/** A run that was killed leaves its server behind; one that is still going keeps its folder locked. */
async function removeLeftovers(temporary: string): Promise<void> {
  for (const name of readdirSync(temporary).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    // A folder this young may belong to a run that has not locked it yet.
    if (Date.now() - statSync(join(temporary, name)).ctimeMs < 60_000) continue;
    try {
      await removePostgres(join(temporary, name, 'postgres'));
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) continue;
      throw error;
    }
    rmSync(join(temporary, name), { recursive: true, force: true });
  }
}
