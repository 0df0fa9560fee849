import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';

export const SEED_SIZES = ['small', 'demo', 'large'] as const;

/** How much a seed makes. */
export type SeedSize = (typeof SEED_SIZES)[number];

/** How far the seed of a data folder is, and its admin's sign-in. */
export interface SeedState {
  state: 'making' | 'ready';
  size: SeedSize;
  admin: { email: string; password: string };
}

const stateFile = (config: Config) => join(config.dataDir, 'demo.json');

/** The seed that this data folder has; undefined where it has none. */
export function readSeed(config: Config): SeedState | undefined {
  if (!existsSync(stateFile(config))) return undefined;
  const stored = JSON.parse(readFileSync(stateFile(config), 'utf8')) as Omit<SeedState, 'size'> &
    Partial<SeedState>;
  return { size: 'demo', ...stored };
}

/** Writes how far the seed is. What is being made when the process dies can be told at the next start. */
export function writeSeed(config: Config, seed: SeedState): void {
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(stateFile(config), JSON.stringify(seed), { mode: 0o600 });
}

/** The admin of the settings, or one of the seed's own. */
export function seedAdmin({ adminEmail, adminPassword }: Config): SeedState['admin'] {
  if (adminEmail && adminPassword) return { email: adminEmail, password: adminPassword };
  return { email: 'operator@demo.ece.example', password: randomBytes(12).toString('base64url') };
}

/** What to say of a seed that was stopped before it was done. */
export function interruptedSeed(size: SeedSize): string {
  return (
    `The seed of size ${size} in this data folder was stopped before it was done, so its exchange is not whole. ` +
    `Make it anew with "npm run ece -- seed --size ${size} --replace", or delete it with "npm run ece -- reset".`
  );
}
