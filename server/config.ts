import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_INCREMENTS, type IncrementRow, parseIncrements } from '@ece/auctions';
import { parseMoney, type ServiceName } from '@ece/contract';
import {
  choice,
  type Field,
  flag,
  integer,
  optionalText,
  optionalUrl,
  optionalUrls,
  ratio,
  text,
} from '@ece/platform/config/fields';
import { loadConfig, parseEnvFile, type Values } from '@ece/platform/config/load';
import { readSecretFiles } from '@ece/platform/config/secret-files';

const HTTP = ['http:', 'https:'];

const upstream = (service: string) =>
  optionalUrl(`ECE_${service.toUpperCase()}_URL`, HTTP, {
    about: `Where ${service} runs, when not in this process`,
  });

const bidIncrements: Field<readonly IncrementRow[]> = {
  env: 'ECE_BID_INCREMENTS',
  about: 'Least raises by price in USDC, as 1:0.05,5:0.25,*:1',
  secret: false,
  fallback: { value: DEFAULT_INCREMENTS },
  parse(value) {
    const table = parseIncrements(value, (amount) => {
      try {
        return parseMoney(amount);
      } catch {
        return undefined;
      }
    });
    return table ? { value: table } : { problem: 'must be rising bounds with steps, the last bound a *' };
  },
};

const indexName: Field<string> = {
  env: 'ECE_SEARCH_ENGINE_INDEX',
  about: 'What the names of the indexes in the search engine begin with',
  secret: false,
  fallback: { value: 'ece-search' },
  parse: (value) =>
    /^[a-z][a-z0-9-]{0,60}$/.test(value)
      ? { value }
      : { problem: 'must be small letters, digits and hyphens, beginning with a letter' },
};

/** Every setting of the server. */
export const fields = {
  environment: choice('ECE_ENVIRONMENT', ['development', 'staging', 'production'], {
    about: 'Which kind of installation this is',
    fallback: 'development',
  }),
  host: text('ECE_HOST', { about: 'Address to listen on', fallback: '127.0.0.1' }),
  port: integer('ECE_PORT', {
    about: 'Port to listen on; 0 takes a free one',
    fallback: 3000,
    min: 0,
    max: 65_535,
  }),
  publicUrl: optionalUrl('ECE_PUBLIC_URL', HTTP, { about: 'Where people reach the exchange' }),
  trustProxy: flag('ECE_TRUST_PROXY', { about: 'Believe X-Forwarded-* headers', fallback: false }),
  requestsPerMinute: integer('ECE_REQUESTS_PER_MINUTE', {
    about: 'Calls that one account, or one address without an account, may make in a minute',
    fallback: 3000,
    min: 1,
    max: 1_000_000,
  }),
  requestSeconds: integer('ECE_REQUEST_SECONDS', {
    about: 'Seconds that a request may take to arrive, and that its answer may take to begin',
    fallback: 30,
    min: 1,
    max: 300,
  }),
  otlpEndpoint: optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT', HTTP, {
    about: 'Collector of traces and errors by OTLP/HTTP; none are recorded where absent',
  }),
  otlpHeaders: optionalText('OTEL_EXPORTER_OTLP_HEADERS', {
    about: 'Headers of each export, as name=value,name=value',
    secret: true,
  }),
  serviceName: text('OTEL_SERVICE_NAME', {
    about: 'Name of the exchange in its traces',
    fallback: 'ece',
    min: 1,
  }),
  tracesSample: ratio('ECE_TRACES_SAMPLE', { about: 'Share of traces that are recorded', fallback: 0.05 }),
  logLevel: choice('ECE_LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal'], {
    about: 'Least level that is logged',
    fallback: 'info',
  }),
  logFormat: choice('ECE_LOG_FORMAT', ['json', 'pretty'], {
    about: 'How logs are written',
    fallback: 'json',
  }),

  databaseUrl: optionalUrl('ECE_DATABASE_URL', ['postgres:', 'postgresql:'], {
    about: 'PostgreSQL; embedded where absent',
    secret: true,
  }),
  databasePooler: flag('ECE_DATABASE_POOLER', {
    about: 'ECE_DATABASE_URL is a pooler that lends a connection for one transaction (PgBouncer)',
    fallback: false,
  }),
  replicaUrl: optionalUrl('ECE_DATABASE_REPLICA_URL', ['postgres:', 'postgresql:'], {
    about: 'Read replica, for public reads that may lag; none where absent',
    secret: true,
  }),
  replicaLagMs: integer('ECE_DATABASE_REPLICA_LAG_MS', {
    about: 'Milliseconds by which the replica may be behind; beyond that the primary answers',
    fallback: 2000,
    min: 100,
    max: 60_000,
  }),
  databasePool: integer('ECE_DATABASE_POOL', {
    about: 'Connections of one process',
    fallback: 20,
    min: 2,
    max: 500,
  }),
  drainSeconds: integer('ECE_DRAIN_SECONDS', {
    about: 'Seconds for which a process that is asked to stop still answers, but is not ready any more',
    fallback: 0,
    min: 0,
    max: 15,
  }),
  redisUrls: optionalUrls('ECE_REDIS_URL', ['redis:', 'rediss:'], {
    about: 'Redis, or several nodes of a Redis Cluster with commas between them; none where absent',
    secret: true,
  }),
  searchEngineUrl: optionalUrl('ECE_SEARCH_ENGINE_URL', HTTP, {
    about:
      'Elasticsearch or OpenSearch for the search, with name and password if need be; PostgreSQL where absent',
    secret: true,
  }),
  searchEngineApiKey: optionalText('ECE_SEARCH_ENGINE_API_KEY', {
    about: 'API key of Elasticsearch, in place of a name and a password',
    secret: true,
  }),
  searchEngineCaFile: optionalText('ECE_SEARCH_ENGINE_CA_FILE', {
    about: 'Certificate authority of the search engine, as PEM; those of Node where absent',
  }),
  searchEngineIndex: indexName,
  dataDir: text('ECE_DATA_DIR', { about: 'Folder of everything embedded', fallback: 'data' }),
  contentDir: optionalText('ECE_CONTENT_DIR', {
    about: 'Folder of the content store; in the data folder where absent',
  }),

  cluster: choice('ECE_SOLANA_CLUSTER', ['localnet', 'devnet', 'mainnet'], {
    about: 'Which Solana this is; the faucet works on localnet',
    fallback: 'localnet',
  }),
  chainUrl: optionalUrl('ECE_SOLANA_URL', HTTP, { about: 'JSON-RPC; embedded where absent', secret: true }),
  usdcMint: optionalText('ECE_USDC_MINT', { about: 'Mint of USDC; made on the local chain where absent' }),
  chainPollMs: integer('ECE_SOLANA_POLL_MS', {
    about: 'Milliseconds between two looks at the chain',
    fallback: 1000,
    min: 10,
    max: 60_000,
  }),
  slotMs: integer('ECE_LOCALNET_SLOT_MS', {
    about: 'Slot of the embedded chain',
    fallback: 100,
    min: 5,
    max: 10_000,
  }),
  finalityLag: integer('ECE_LOCALNET_FINALITY_LAG', {
    about: 'Slots until the embedded chain is final',
    fallback: 10,
    min: 0,
    max: 100,
  }),

  keysFile: optionalText('ECE_KEYS_FILE', {
    about: 'Encrypted file of the chain keys; in the data folder where absent',
  }),
  keysPassphrase: optionalText('ECE_KEYS_PASSPHRASE', { about: 'Opens the key file', secret: true, min: 12 }),
  tokenSecret: optionalText('ECE_TOKEN_SECRET', { about: 'Signs access tokens', secret: true, min: 32 }),
  internalSecret: optionalText('ECE_INTERNAL_SECRET', {
    about: 'Shown by the exchange’s processes to each other',
    secret: true,
    min: 32,
  }),
  accessTokenSeconds: integer('ECE_ACCESS_TOKEN_SECONDS', {
    about: 'Life of an access token',
    fallback: 600,
    min: 30,
    max: 86_400,
  }),
  sessionDays: integer('ECE_SESSION_DAYS', { about: 'Life of a session', fallback: 30, min: 1, max: 365 }),
  notificationSecret: optionalText('ECE_NOTIFICATION_SECRET', {
    about: 'Signs the links of mails; the secrets of webhooks are derived from it',
    secret: true,
    min: 32,
  }),
  smtpUrl: optionalUrl('ECE_SMTP_URL', ['smtp:', 'smtps:'], {
    about: 'Mail server; in development mails go to /mailbox where absent, elsewhere none are sent',
    secret: true,
  }),
  notificationDays: integer('ECE_NOTIFICATION_DAYS', {
    about: 'Days after which notifications, mails and deliveries of webhooks are deleted',
    fallback: 90,
    min: 1,
    max: 3650,
  }),
  webhookLoopback: flag('ECE_WEBHOOK_LOOPBACK', {
    about: 'Let webhooks lead to this machine, by http too; for development alone',
    fallback: false,
  }),
  mailFrom: optionalText('ECE_MAIL_FROM', { about: 'Sender of mails', min: 3 }),
  adminEmail: optionalText('ECE_ADMIN_EMAIL', { about: 'E-mail of the first admin', min: 3 }),
  adminPassword: optionalText('ECE_ADMIN_PASSWORD', {
    about: 'Password of the first admin',
    secret: true,
    min: 10,
  }),

  feeBasisPoints: integer('ECE_FEE_BASIS_POINTS', {
    about: 'Fee on sales',
    fallback: 250,
    min: 0,
    max: 5000,
  }),
  royaltyBasisPoints: integer('ECE_ROYALTY_BASIS_POINTS', {
    about: 'Royalty of new sets where they name none',
    fallback: 500,
    min: 0,
    max: 5000,
  }),
  shortestAuctionSeconds: integer('ECE_SHORTEST_AUCTION_SECONDS', {
    about: 'Shortest time from an auction’s start to its end',
    fallback: 300,
    min: 1,
    max: 86_400,
  }),
  bidIncrements,

  authUrl: upstream('auth'),
  usersUrl: upstream('users'),
  walletUrl: upstream('wallet'),
  nftsUrl: upstream('nfts'),
  marketUrl: upstream('market'),
  auctionsUrl: upstream('auctions'),
  tradesUrl: upstream('trades'),
  notificationsUrl: upstream('notifications'),
  searchUrl: upstream('search'),
  portfolioUrl: upstream('portfolio'),
  marketdataUrl: upstream('marketdata'),
  adminUrl: upstream('admin'),
  realtimeUrl: upstream('realtime'),
  webUrl: upstream('web'),
  gatewayUrl: upstream('gateway'),
} as const;

export type Config = Values<typeof fields>;

/** Settings that other environments than development must name. */
const REQUIRED_OUTSIDE_DEVELOPMENT = [
  'databaseUrl',
  'chainUrl',
  'publicUrl',
  'tokenSecret',
  'internalSecret',
  'notificationSecret',
] as const;

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Reads the settings: the environment first, then `.env`, then `.env.<environment>` of the project's folder. A secret
 * may also be in a file that `NAME_FILE` names.
 * @param options.signs false for a process that does not sign with the exchange's keys and needs no passphrase
 * @returns the settings, or every failure by name and never by value
 */
export function readConfig(
  env: Record<string, string | undefined>,
  folder: string = root,
  { signs = true }: { signs?: boolean } = {},
): { ok: true; config: Config } | { ok: false; failures: string[] } {
  const failures: string[] = [];
  const file = (name: string): Record<string, string> => {
    const path = join(folder, name);
    if (!existsSync(path)) return {};
    const { values, badLines } = parseEnvFile(readFileSync(path, 'utf8'));
    for (const line of badLines) failures.push(`${name} line ${line} is not NAME=value`);
    return values;
  };
  const own = file('.env');
  const environment = env.ECE_ENVIRONMENT || own.ECE_ENVIRONMENT || 'development';
  const known = /^[a-z]+$/.test(environment) ? file(`.env.${environment}`) : {};
  const merged = { ...known, ...own, ...withoutEmpty(env) };
  if (env.PORT && !env.ECE_PORT) merged.ECE_PORT = env.PORT;

  const secrets = readSecretFiles(fields, merged);
  failures.push(...secrets.failures);
  const loaded = loadConfig(fields, secrets.env);
  if (!loaded.ok) return { ok: false, failures: [...failures, ...loaded.failures] };
  const config = loaded.values as Config;
  if (config.environment !== 'development') {
    for (const name of [...REQUIRED_OUTSIDE_DEVELOPMENT, ...(signs ? (['keysPassphrase'] as const) : [])]) {
      if (config[name] === undefined) failures.push(`${fields[name].env} is missing: ${fields[name].about}`);
    }
  }
  if (config.cluster !== 'localnet' && !config.usdcMint)
    failures.push('ECE_USDC_MINT is missing: the mint of USDC');
  if (config.webhookLoopback && config.environment !== 'development') {
    failures.push('ECE_WEBHOOK_LOOPBACK is for development alone');
  }
  if (config.environment !== 'development' && openly(config)) {
    failures.push('ECE_SEARCH_ENGINE_URL must begin with https:// where a password or a key is sent');
  }
  if (config.smtpUrl && !config.mailFrom) failures.push('ECE_MAIL_FROM is missing: the sender of mails');
  if ((config.adminEmail === undefined) !== (config.adminPassword === undefined)) {
    failures.push('ECE_ADMIN_EMAIL and ECE_ADMIN_PASSWORD go together');
  }
  return failures.length > 0 ? { ok: false, failures } : { ok: true, config };
}

/** Whether a password or a key would go to the search engine without encryption. */
function openly({ searchEngineUrl, searchEngineApiKey }: Config): boolean {
  const { protocol, password } = new URL(searchEngineUrl ?? 'https://none.invalid');
  return protocol === 'http:' && (password !== '' || searchEngineApiKey !== undefined);
}

function withoutEmpty(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]));
}

/** Base addresses of the services, of the feed and of the pages in other processes. */
export function upstreamsOf(config: Config): Partial<Record<ServiceName | 'realtime' | 'web', string>> {
  return {
    auth: config.authUrl,
    users: config.usersUrl,
    wallet: config.walletUrl,
    nfts: config.nftsUrl,
    market: config.marketUrl,
    auctions: config.auctionsUrl,
    trades: config.tradesUrl,
    notifications: config.notificationsUrl,
    search: config.searchUrl,
    portfolio: config.portfolioUrl,
    marketdata: config.marketdataUrl,
    admin: config.adminUrl,
    realtime: config.realtimeUrl,
    web: config.webUrl,
  };
}
