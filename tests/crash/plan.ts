import { pick, seeded } from '@ece/demo/market/random';

/** What a round does. */
export interface Round {
  number: number;
  fault: string;
  /** The fault strikes when so many more calls have been answered. */
  afterCalls: number;
  /** Chances of the fault's own. */
  seed: number;
}

/** Most calls that are answered before a fault strikes. */
const LONGEST_RUN = 60;

/**
 * The rounds of a seed. Every fault has its turn before any comes again; beyond that they are drawn by weight.
 * @param faults each fault's name and how often it is drawn beside the others
 */
export function planOf(
  seed: number,
  rounds: number,
  faults: readonly { name: string; weight: number }[],
): Round[] {
  const random = seeded(seed);
  const deck = faults.flatMap(({ name, weight }) => Array.from({ length: weight }, () => name));
  const first = faults
    .map(({ name }) => ({ name, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ name }) => name);
  return Array.from({ length: rounds }, (_, index) => ({
    number: index + 1,
    fault: first[index] ?? pick(random, deck),
    afterCalls: 1 + Math.floor(random() * LONGEST_RUN),
    seed: Math.floor(random() * 2 ** 31),
  }));
}
