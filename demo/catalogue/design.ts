import type { MotifName, Rarity, ThemeName } from '../artwork/index.ts';

/** One invented app or company. */
export interface Design {
  name: string;
  rarity: Rarity;
  category: string;
  motif: MotifName;
  tagline: string;
  founded: number;
  headquarters: string;
  mascot: string;
  power: string;
  users: string;
}

/** A set: its art direction and its designs in the order of their numbers. */
export interface DemoSet {
  code: string;
  name: string;
  description: string;
  theme: ThemeName;
  designs: readonly Design[];
}

/** What is said about a company besides its name, in the order it is written down. */
type Facts = [founded: number, headquarters: string, mascot: string, power: string, users: string];

/** Builds the shorthand for one rarity: `common('Name', 'Category', 'motif', 'Tagline', [facts])`. */
function shorthand(rarity: Rarity) {
  return (name: string, category: string, motif: MotifName, tagline: string, facts: Facts): Design => {
    const [founded, headquarters, mascot, power, users] = facts;
    return { name, rarity, category, motif, tagline, founded, headquarters, mascot, power, users };
  };
}

export const common = shorthand('common');
export const uncommon = shorthand('uncommon');
export const rare = shorthand('rare');
export const epic = shorthand('epic');
export const legendary = shorthand('legendary');
export const mythic = shorthand('mythic');
