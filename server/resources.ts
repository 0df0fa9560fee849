import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ChainClient, createChainClient } from '@ece/platform/chain/client';
import { createSender } from '@ece/platform/chain/create-sender';
import type { Sender } from '@ece/platform/chain/sender';
import type { ContentStore } from '@ece/platform/content/content-store';
import { openContentStore } from '@ece/platform/content/index';
import {
  type ConnectionParts,
  type Database,
  type DatabasePlace,
  openDatabase,
} from '@ece/platform/db/database';
import { type Replicated, replicated } from '@ece/platform/db/replica';
import { type KeyStore, openOrCreateKeyStore } from '@ece/platform/keys/index';
import type { Logger } from '@ece/platform/log/log';
import { shareHints } from '@ece/platform/outbox/hints';
import { Relay } from '@ece/platform/outbox/relay';
import { openRedis, type Redis } from '@ece/platform/redis/redis';
import { createMetrics, type Metrics } from '@ece/platform/telemetry/metrics';
import { recordQueries } from '@ece/platform/telemetry/queries';
import { recordTo } from '@ece/platform/telemetry/spans';
import type { Config } from './config.ts';
import { keysPassphraseOf, resolveSecrets, type Secrets } from './secrets.ts';
import { version } from './version.ts';

/** The chain, and what sending to it needs. */
export interface ChainParts {
  chain: ChainClient;
  sender: Sender;
  keys: KeyStore;
}

/** What the roles of a process share. The chain and the content store are opened when a role first asks. */
export interface Resources {
  config: Config;
  secrets: Secrets;
  db: Database;
  /** Where the database is, for those who need connections of their own. */
  database: DatabasePlace;
  log: Logger;
  metrics: Metrics;
  relay: Relay;
  /** The read replica, where there is one. */
  reads: Replicated | undefined;
  /** What processes tell each other by the way, where there is a Redis. */
  redis: Redis | undefined;
  publicUrl: string;
  /** Wakes the relays after a commit, this process's at once. */
  hint(): void;
  chainParts(): Promise<ChainParts>;
  content(): Promise<ContentStore>;
  /** The chain's parts, when a role has asked for them. */
  opened(): ChainParts | undefined;
  close(): Promise<void>;
}

export interface ResourceOptions {
  config: Config;
  log: Logger;
  database: string | ConnectionParts;
  chainUrl: string;
  publicUrl: string;
  /** What this process does, for its traces. */
  roles?: readonly string[];
  /** The keys, where their opening has begun already. */
  keys?: Promise<KeyStore>;
}

/** Opens the key file, which takes half a second of another thread by design. */
export async function openKeys(config: Config): Promise<KeyStore> {
  const passphrase = await keysPassphraseOf(config);
  const keys = await openOrCreateKeyStore(config.keysFile ?? join(config.dataDir, 'keys.json'), passphrase);
  if (!keys.ok) throw new Error(`the key file cannot be opened: ${keys.error.detail}`);
  return keys.value;
}

/** Opens what every role needs. */
export async function openResources(options: ResourceOptions): Promise<Resources> {
  const { config, log } = options;
  const secrets = await resolveSecrets(config);
  const metrics = createMetrics();
  const telemetry = config.otlpEndpoint ? await openTelemetry(config, options.roles ?? []) : undefined;
  const poolOptions = { max: config.databasePool, name: 'ece', pooler: config.databasePooler };
  const primary = openDatabase(options.database, poolOptions);
  const replica = config.replicaUrl
    ? openDatabase(config.replicaUrl, { ...poolOptions, statementTimeoutMs: 5000 })
    : undefined;
  const reads = replica && replicated({ primary, replica, mostLagMs: config.replicaLagMs, log, metrics });
  await reads?.look();
  const pool = reads?.db ?? primary;
  const db = telemetry ? recordQueries(pool) : pool;
  const relay = new Relay({ db, log });
  const redis = config.redisUrls.length > 0 ? openRedis(config.redisUrls, log) : undefined;
  const wake = () => relay.hint();
  const hint = redis ? shareHints(redis, wake) : wake;
  let parts: Promise<ChainParts> | undefined;
  let opened: ChainParts | undefined;
  let content: Promise<ContentStore> | undefined;
  return {
    config,
    secrets,
    db,
    database: { address: options.database, pooler: config.databasePooler },
    log,
    metrics,
    relay,
    publicUrl: options.publicUrl,
    redis,
    reads,
    hint,
    chainParts() {
      parts ??= openChain(options, db, metrics).then((result) => {
        opened = result;
        return result;
      });
      return parts;
    },
    content() {
      content ??= openContentStore({ dir: config.contentDir ?? join(config.dataDir, 'content') });
      return content;
    },
    opened: () => opened,
    async close() {
      await relay.stop();
      redis?.close();
      await Promise.all([primary, replica].map((each) => each?.end({ timeout: 5 })));
      await telemetry?.close();
    },
  };
}

/** Begins to record. The libraries are loaded only here. */
async function openTelemetry(config: Config, roles: readonly string[]): Promise<{ close(): Promise<void> }> {
  const { openOtlp } = await import('@ece/platform/telemetry/otlp');
  const { recorder, close } = openOtlp({
    endpoint: config.otlpEndpoint!,
    headers: config.otlpHeaders,
    ratio: config.tracesSample,
    resource: {
      'service.name': config.serviceName,
      'service.version': version,
      'service.instance.id': randomUUID(),
      'deployment.environment.name': config.environment,
      'ece.roles': roles.join(','),
    },
  });
  recordTo(recorder);
  return {
    async close() {
      recordTo(undefined);
      await close();
    },
  };
}

async function openChain(options: ResourceOptions, db: Database, metrics: Metrics): Promise<ChainParts> {
  const { config, log } = options;
  const calls = metrics.histogram(
    'ece_chain_call_duration_seconds',
    'Time of JSON-RPC calls, by method and result',
    ['method', 'ok'] as const,
    [0.005, 0.025, 0.1, 0.5, 2, 10],
  );
  const chain = createChainClient({
    url: options.chainUrl,
    onRequest: ({ method, ok, ms }) => calls.observe({ method, ok: String(ok) }, ms / 1000),
  });
  const keys = await (options.keys ?? openKeys(config));
  const sender = createSender({ db, chain, log, metrics, followMs: Math.min(500, config.chainPollMs) });
  return { chain, sender, keys };
}
