import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ece/platform/content/durable-file';
import type { Config } from './config.ts';

export interface Secrets {
  tokenSecret: Uint8Array;
  internalSecret: string;
  keysPassphrase: string;
}

/**
 * The secrets of this installation: the settings, and in development what is missing there is made once and
 * kept in the data folder, readable by its owner alone.
 */
export async function resolveSecrets(config: Config): Promise<Secrets> {
  const { tokenSecret, internalSecret, keysPassphrase } = config;
  const stored = tokenSecret && internalSecret && keysPassphrase ? {} : await developmentSecrets(config);
  const pick = (value: string | undefined, name: string) => {
    const secret = value ?? (stored as Record<string, string>)[name];
    if (!secret) throw new Error(`the secret ${name} is missing`);
    return secret;
  };
  return {
    tokenSecret: new TextEncoder().encode(pick(tokenSecret, 'tokenSecret')),
    internalSecret: pick(internalSecret, 'internalSecret'),
    keysPassphrase: pick(keysPassphrase, 'keysPassphrase'),
  };
}

async function developmentSecrets(config: Config): Promise<Record<string, string>> {
  if (config.environment !== 'development') return {};
  const path = join(config.dataDir, 'secrets.json');
  if (!existsSync(path)) {
    mkdirSync(config.dataDir, { recursive: true });
    const names = ['tokenSecret', 'internalSecret', 'keysPassphrase'];
    const made = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')]));
    await writeDurably(path, Buffer.from(JSON.stringify(made)), { mode: 0o600, onExisting: 'keep' });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}
