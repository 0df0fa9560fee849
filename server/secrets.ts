import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ece/platform/content/durable-file';
import type { Config } from './config.ts';

export interface Secrets {
  tokenSecret: Uint8Array;
  internalSecret: string;
  notificationSecret: Uint8Array;
  keysPassphrase: string;
}

/**
 * The secrets of this installation: the settings, and in development what is missing there is made once and
 * kept in the data folder, readable by its owner alone.
 */
export async function resolveSecrets(config: Config): Promise<Secrets> {
  const { tokenSecret, internalSecret, notificationSecret, keysPassphrase } = config;
  const stored =
    tokenSecret && internalSecret && notificationSecret && keysPassphrase
      ? {}
      : await developmentSecrets(config);
  const pick = (value: string | undefined, name: string) => {
    const secret = value ?? (stored as Record<string, string>)[name];
    if (!secret) throw new Error(`the secret ${name} is missing`);
    return secret;
  };
  return {
    tokenSecret: new TextEncoder().encode(pick(tokenSecret, 'tokenSecret')),
    internalSecret: pick(internalSecret, 'internalSecret'),
    notificationSecret: new TextEncoder().encode(pick(notificationSecret, 'notificationSecret')),
    keysPassphrase: pick(keysPassphrase, 'keysPassphrase'),
  };
}

async function developmentSecrets(config: Config): Promise<Record<string, string>> {
  if (config.environment !== 'development') return {};
  const path = join(config.dataDir, 'secrets.json');
  if (!existsSync(path)) {
    mkdirSync(config.dataDir, { recursive: true });
    const names = ['tokenSecret', 'internalSecret', 'notificationSecret', 'keysPassphrase'];
    const made = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')]));
    await writeDurably(path, Buffer.from(JSON.stringify(made)), { mode: 0o600, onExisting: 'keep' });
  }
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  // A file from before there were notifications lacks theirs, and every process must find the same one.
  return { notificationSecret: derived(stored.tokenSecret ?? '', 'notifications'), ...stored };
}

function derived(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}
