import { createServer } from 'node:net';
import { SETTINGS } from '@ece/platform/audit/audit';
import type { Logger } from '@ece/platform/log/log';
import type { Config } from './config.ts';
import { type Stack, startStack } from './embedded/stack.ts';
import type { Exchange } from './exchange.ts';
import type { Resources } from './resources.ts';
import type { RoleName } from './roles.ts';
import { sign } from './signing.ts';

/** A running exchange with what it runs on. */
export interface Running {
  exchange: Exchange;
  /** Settles with the name of an embedded part that has ended without being asked. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

export interface RunOptions {
  config: Config;
  /** Every role where absent. */
  roles?: RoleName[];
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

/** The database is reached through a pooler, and nothing bounds how long a statement may take. */
export class NoLimits extends Error {
  constructor(names: string[]) {
    const settings = names.map((name) => `alter role … set ${name} = '30s'`).join('; ');
    super(`through a pooler the limits have to be settings of the database's role: ${settings}`);
  }
}

/**
 * Starts what the settings do not name, migrates, and starts the roles. What was started is stopped again on
 * failure. The code of the exchange is loaded, and its keys are opened, while the database and the chain come up.
 */
export async function run({ config, roles: some, onProgress = () => {} }: RunOptions): Promise<Running> {
  await assertFree(config);
  let log: Logger | undefined;
  const notice = (text: string) => (log ? log.warn(text) : onProgress(text));
  const starting = startStack(config, onProgress, { notice });
  // Awaited below; until then a failure must not end the process.
  starting.catch(() => {});
  let resources: Resources | undefined;
  try {
    const { openKeys, openResources } = await import('./resources.ts');
    const keys = !some || sign(some) ? openKeys(config) : undefined;
    keys?.catch(() => {});
    const [
      { startExchange },
      { migrationSources, roleNames },
      { migrate },
      { limitsMissing, reach },
      { createLogger },
    ] = await Promise.all([
      import('./exchange.ts'),
      import('./roles.ts'),
      import('@ece/platform/db/migrate'),
      import('@ece/platform/db/database'),
      import('@ece/platform/log/log'),
    ]);
    const roles = some ?? roleNames;
    const stack = await starting;
    log = createLogger({ level: config.logLevel, format: config.logFormat });
    resources = await openResources({
      config,
      log,
      database: stack.database,
      roles,
      chainUrl: stack.chainUrl,
      publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
      keys,
    });
    onProgress('Preparing the database');
    await reach(resources.db);
    await migrate(resources.db, migrationSources);
    const missing = config.databasePooler ? await limitsMissing(resources.db) : [];
    if (missing.length > 0) throw new NoLimits(missing);
    onProgress('Opening the exchange');
    const exchange = await startExchange(resources, roles);
    await ensureAdmin(exchange, config, roles);
    return { exchange, failed: stack.failed, stop: () => stopBoth(exchange, stack) };
  } catch (error) {
    await resources?.close().catch(() => {});
    await starting.then((stack) => stack.stop()).catch(() => {});
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

/** Milliseconds that the process with the users has to come up, where it is another one. */
const NEIGHBOUR_PATIENCE_MS = 120_000;
const NEIGHBOUR_PAUSE_MS = 500;

/** Makes the first admin. Processes may start in any order, so a neighbour that is not up yet is waited for. */
async function ensureAdmin({ peers }: Exchange, config: Config, roles: RoleName[]): Promise<void> {
  const { adminEmail: email, adminPassword: password } = config;
  if (!roles.includes('auth') || !email || !password) return;
  const deadline = performance.now() + (roles.includes('users') ? 0 : NEIGHBOUR_PATIENCE_MS);
  for (;;) {
    try {
      await peers.auth.ensureAccount({ email, password, handle: 'operator', role: 'admin' }, SETTINGS);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, NEIGHBOUR_PAUSE_MS));
    }
  }
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
