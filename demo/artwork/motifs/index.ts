import { craft } from './craft.ts';
import { creatures } from './creatures.ts';
import { garden } from './garden.ts';
import type { Motif } from './motif.ts';
import { sea } from './sea.ts';
import { sky } from './sky.ts';
import { street } from './street.ts';

const all = { ...sky, ...creatures, ...sea, ...garden, ...craft, ...street };

export type MotifName = keyof typeof all;

/** Every emblem by name. */
export const MOTIFS: Record<MotifName, Motif> = all;

export const MOTIF_NAMES = Object.keys(all) as MotifName[];
