import { createServer } from 'node:net';
import { migrate } from '@ece/platform/db/migrate';
import { createLogger, type Logger } from '@ece/platform/log/log';
import type { Config } from './config.ts';
import { type Stack, startStack } from './embedded/stack.ts';
import { type Exchange, startExchange } from './exchange.ts';
import { openResources, type Resources } from './resources.ts';
import { migrationSources, type RoleName } from './roles.ts';

/** A running exchange with what it runs on. */
export interface Running {
  exchange: Exchange;
  /** Settles with the name of an embedded part that has ended without being asked. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

export interface RunOptions {
  config: Config;
  roles: RoleName[];
  log?: Logger;
  onProgress?: (text: string) => void;
}

/** The port is in use by another program. */
export class PortTaken extends Error {
  constructor(port: number) {
    super(
      `port ${port} is taken by another program; choose one with --port or PORT, e.g. npm start -- --port ${port + 1}`,
    );
  }
}

/** Starts what the settings do not name, migrates, and starts the roles. What was started is stopped again on failure. */
export async function run({ config, roles, log, onProgress = () => {} }: RunOptions): Promise<Running> {
  await assertFree(config);
  const logger = log ?? createLogger({ level: config.logLevel, format: config.logFormat });
  const stack = await startStack(config, onProgress);
  let resources: Resources | undefined;
  try {
    resources = await openResources({
      config,
      log: logger,
      database: stack.database,
      chainUrl: stack.chainUrl,
      publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    });
    onProgress('Preparing the database');
    await migrate(resources.db, migrationSources);
    onProgress('Opening the exchange');
    const exchange = await startExchange(resources, roles);
    await ensureAdmin(exchange, config, roles);
    return { exchange, failed: stack.failed, stop: () => stopBoth(exchange, stack) };
  } catch (error) {
    await resources?.close().catch(() => {});
    await stack.stop();
    throw error;
  }
}

async function stopBoth(exchange: Exchange, stack: Stack): Promise<void> {
  try {
    await exchange.stop();
  } finally {
    await stack.stop();
  }
}

async function ensureAdmin({ peers }: Exchange, config: Config, roles: RoleName[]): Promise<void> {
  if (!roles.includes('auth') || !config.adminEmail || !config.adminPassword) return;
  await peers.auth.ensureAccount({
    email: config.adminEmail,
    password: config.adminPassword,
    handle: 'operator',
    role: 'admin',
  });
}

/** Says so before anything is started when the port cannot be had. */
function assertFree({ host, port }: Config): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
    );
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}
