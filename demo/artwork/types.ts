import type { MotifName } from './motifs/index.ts';
import type { ThemeName } from './themes/index.ts';

export const RARITIES = ['common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic'] as const;
export type Rarity = (typeof RARITIES)[number];

/** Everything the picture of a card is made from; equal input gives equal bytes. */
export interface CardArt {
  setCode: string;
  setName: string;
  number: number;
  /** How many designs the set holds, for the `007/018` line. */
  setSize: number;
  editionSize: number;
  name: string;
  rarity: Rarity;
  category: string;
  tagline: string;
  attributes: Record<string, string>;
  /** Art direction of the set. */
  theme: ThemeName;
  /** The hero emblem. */
  motif: MotifName;
  /** Varies the scene between designs that are otherwise alike. */
  seed: string;
}
