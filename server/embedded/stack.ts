import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConnectionParts } from '@ece/platform/db/database';
import type { Config } from '../config.ts';
import { type EmbeddedChain, startChain } from './chain.ts';
import { type EmbeddedPostgres, findRunningPostgres, removePostgres, startPostgres } from './postgres.ts';

/** What the exchange runs on: given by settings, or embedded and started here. */
export interface Stack {
  database: string | ConnectionParts;
  chainUrl: string;
  /** Settles when an embedded part has ended without being asked. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

/** What a running exchange tells commands that run beside it. */
interface Runtime {
  pid: number;
  chainUrl: string;
}

const runtimeFile = (config: Config) => join(config.dataDir, 'running.json');

/** Starts what the settings do not name. */
export async function startStack(config: Config, onProgress: (text: string) => void): Promise<Stack> {
  mkdirSync(config.dataDir, { recursive: true });
  let postgres: EmbeddedPostgres | undefined;
  let chain: EmbeddedChain | undefined;
  const failures: Promise<string>[] = [];
  const stop = async () => {
    await chain?.stop();
    await postgres?.stop();
    rmSync(runtimeFile(config), { force: true });
  };
  try {
    if (!config.databaseUrl) {
      onProgress('Starting PostgreSQL');
      postgres = await startPostgres({ dataDir: resolve(config.dataDir, 'postgres'), onProgress });
      failures.push(postgres.exited.then(() => 'PostgreSQL'));
    }
    if (!config.chainUrl) {
      onProgress('Starting the local Solana chain');
      const { slotMs, finalityLag } = config;
      chain = await startChain({ dataDir: resolve(config.dataDir, 'chain'), slotMs, finalityLag });
      failures.push(chain.exited.then(() => 'the local Solana chain'));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const chainUrl = config.chainUrl ?? chain!.url;
  if (postgres || chain) {
    writeFileSync(runtimeFile(config), JSON.stringify({ pid: process.pid, chainUrl } satisfies Runtime));
  }
  return {
    database: config.databaseUrl ?? postgres!.connection,
    chainUrl,
    failed: failures.length > 0 ? Promise.race(failures) : new Promise(() => {}),
    stop,
  };
}

/** The parts of an exchange that runs on this data folder, or freshly started ones for the time of a command. */
export async function joinStack(config: Config, onProgress: (text: string) => void): Promise<Stack> {
  const running = readRuntime(config);
  const database = config.databaseUrl ?? findRunningPostgres(resolve(config.dataDir, 'postgres'));
  const chainUrl = config.chainUrl ?? running?.chainUrl;
  if (database && chainUrl) {
    return { database, chainUrl, failed: new Promise(() => {}), stop: async () => {} };
  }
  return await startStack(config, onProgress);
}

function readRuntime(config: Config): Runtime | undefined {
  if (!existsSync(runtimeFile(config))) return undefined;
  const runtime = JSON.parse(readFileSync(runtimeFile(config), 'utf8')) as Runtime;
  try {
    process.kill(runtime.pid, 0);
    return runtime;
  } catch {
    return undefined;
  }
}

/**
 * Deletes everything embedded of a data folder.
 * @throws EmbeddedPostgresError when an exchange runs on it
 */
export async function removeStack(config: Config): Promise<void> {
  await removePostgres(resolve(config.dataDir, 'postgres'));
  for (const name of [
    'postgres',
    'chain',
    'content',
    'keys.json',
    'secrets.json',
    'running.json',
    'demo.json',
  ]) {
    rmSync(join(config.dataDir, name), { recursive: true, force: true });
  }
}
