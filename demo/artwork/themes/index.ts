import type { Theme } from '../stage.ts';
import { botanical } from './botanical.ts';
import { circuit } from './circuit.ts';
import { city } from './city.ts';
import { deco } from './deco.ts';
import { deep } from './deep.ts';
import { orbits } from './orbits.ts';
import { paper } from './paper.ts';
import { sound } from './sound.ts';

const all = { orbits, city, botanical, circuit, sound, paper, deep, deco };

export type ThemeName = keyof typeof all;

/** Every art direction by name. */
export const THEMES: Record<ThemeName, Theme> = all;

export const THEME_NAMES = Object.keys(all) as ThemeName[];
