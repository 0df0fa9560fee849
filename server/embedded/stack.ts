import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConnectionParts } from '@ece/platform/db/database';
import type { Config } from '../config.ts';
import { startChain } from './chain.ts';
import { KEEPER, keepPostgres } from './keeper.ts';
import { findRunningPostgres, removePostgres, startPostgres } from './postgres.ts';

/** What the exchange runs on: given by settings, or embedded and started here. */
export interface Stack {
  database: string | ConnectionParts;
  chainUrl: string;
  /** Settles when an embedded part has ended without being asked, and does not come back. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

/** What a running exchange tells commands that run beside it. */
interface Runtime {
  pid: number;
  chainUrl: string;
}

const runtimeFile = (config: Config) => join(config.dataDir, 'running.json');

export interface StackOptions {
  /** The embedded chain takes NFTs that no transaction made, for seeds. */
  loadable?: boolean;
  /** Told that a part has ended and comes back, or does not. */
  notice?: (text: string) => void;
}

/** Starts what the settings do not name, all at once. PostgreSQL is started again when it ends by itself. */
export async function startStack(
  config: Config,
  onProgress: (text: string) => void,
  { loadable = false, notice = onProgress }: StackOptions = {},
): Promise<Stack> {
  mkdirSync(config.dataDir, { recursive: true });
  const { slotMs, finalityLag } = config;
  const names = [
    ...(config.databaseUrl ? [] : ['PostgreSQL']),
    ...(config.chainUrl ? [] : ['the local Solana chain']),
  ];
  if (names.length > 0) onProgress(`Starting ${names.join(' and ')}`);
  const [database, node] = await Promise.allSettled([
    config.databaseUrl
      ? undefined
      : keepPostgres(
          (socketDir) =>
            startPostgres({
              dataDir: resolve(config.dataDir, 'postgres'),
              onProgress,
              ...(socketDir && { socketDir }),
            }),
          { ...KEEPER, notice },
        ),
    config.chainUrl
      ? undefined
      : startChain({ dataDir: resolve(config.dataDir, 'chain'), slotMs, finalityLag, loadable }),
  ]);
  const stop = async () => {
    if (node.status === 'fulfilled') await node.value?.stop();
    if (database.status === 'fulfilled') await database.value?.stop();
  };
  if (database.status === 'rejected' || node.status === 'rejected') {
    await stop();
    // PostgreSQL knows how to say that the folder is in use.
    throw database.status === 'rejected' ? database.reason : (node as PromiseRejectedResult).reason;
  }
  const [postgres, chain] = [database.value, node.value];
  const failures = [
    ...(postgres ? [postgres.gaveUp.then(() => 'PostgreSQL')] : []),
    ...(chain ? [chain.exited.then(() => 'the local Solana chain')] : []),
  ];
  const chainUrl = config.chainUrl ?? chain!.url;
  if (failures.length > 0) {
    writeFileSync(runtimeFile(config), JSON.stringify({ pid: process.pid, chainUrl } satisfies Runtime));
  }
  return {
    database: config.databaseUrl ?? postgres!.server().connection,
    chainUrl,
    failed: failures.length > 0 ? Promise.race(failures) : new Promise(() => {}),
    async stop() {
      rmSync(runtimeFile(config), { force: true });
      await stop();
    },
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
