import type { Random } from '@ece/demo/market/random';
import type { Ledger } from '../ledger.ts';
import type { Site } from '../site.ts';

/** Something that goes wrong while people trade. */
export interface Fault {
  name: string;
  /** How often it is drawn beside the others. */
  weight: number;
  /** Why this machine cannot have it; undefined where it can. */
  impossible?(site: Site): string | undefined;
  /**
   * Strikes, and puts right again what does not come back by itself.
   * @returns what was done, for the story
   */
  strike(scene: Scene): Promise<string>;
}

export interface Scene {
  site: Site;
  ledger: Ledger;
  random: Random;
}

/** A whole number from `from` to `to`. */
export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** Lets time pass: here it is what a fault consists of. */
export function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
