import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ece/platform/content/durable-file';
import { type Config, fields } from './config.ts';

export interface Secrets {
  tokenSecret: Uint8Array;
  internalSecret: string;
  notificationSecret: Uint8Array;
}

/**
 * The secrets of this installation: the settings, and in development what is missing there is made once and
 * kept in the data folder, readable by its owner alone.
 */
export async function resolveSecrets(config: Config): Promise<Secrets> {
  return {
    tokenSecret: new TextEncoder().encode(await secretOf(config, 'tokenSecret')),
    internalSecret: await secretOf(config, 'internalSecret'),
    notificationSecret: new TextEncoder().encode(await secretOf(config, 'notificationSecret')),
  };
}

/** What opens the key file, for the processes that sign. @throws where it is missing outside development */
export async function keysPassphraseOf(config: Config): Promise<string> {
  return await secretOf(config, 'keysPassphrase');
}

async function secretOf(config: Config, name: (typeof NAMES)[number]): Promise<string> {
  const secret = config[name] ?? (await developmentSecrets(config))[name];
  if (!secret) throw new Error(`the secret ${fields[name].env} is missing`);
  return secret;
}

const NAMES = ['tokenSecret', 'internalSecret', 'notificationSecret', 'keysPassphrase'] as const;

async function developmentSecrets(config: Config): Promise<Record<string, string>> {
  if (config.environment !== 'development') return {};
  const path = join(config.dataDir, 'secrets.json');
  if (!existsSync(path)) {
    mkdirSync(config.dataDir, { recursive: true });
    const made = Object.fromEntries(NAMES.map((name) => [name, randomBytes(32).toString('base64url')]));
    await writeDurably(path, Buffer.from(JSON.stringify(made)), { mode: 0o600, onExisting: 'keep' });
  }
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  // A file from before there were notifications lacks theirs, and every process must find the same one.
  return { notificationSecret: derived(stored.tokenSecret ?? '', 'notifications'), ...stored };
}

function derived(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}
