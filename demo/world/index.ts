import type { CatalogueRow } from '../catalogue/index.ts';
import { powerLaw, type Random, seeded, weighted } from '../market/random.ts';
import { makeCatalogue } from './catalogue.ts';
import { makePeople, type WorldPerson } from './people.ts';
import { makePrices, type WorldPrices } from './prices.ts';
import type { WorldSize } from './size.ts';

export { WORLD_SIZES, type WorldSize } from './size.ts';

const DAY = 86_400_000;
/** The richest person's first deposit in USDC; the others follow by a power law. */
const LARGEST_PURSE = 3_000_000;
const PURSE_EXPONENT = 0.75;
const SMALLEST_PURSE = 5_000;

/**
 * A made-up world: who lives in it and what was printed. People and cards are named by their positions, copies
 * too. The same size, seed and time give the same world.
 */
export interface World {
  size: WorldSize;
  /** The first ones are the richest and the most eager. */
  people: WorldPerson[];
  cards: CatalogueRow[];
  /** The card and the serial of each copy; those of a card stand together, by serial. */
  cardOf: Int32Array;
  serialOf: Int32Array;
  /** Who has each copy: at first who opened the pack, in the end who bought it last. */
  ownerOf: Int32Array;
  /** What each person can spend, in micro-USDC: never more than they have. */
  purses: number[];
  prices: WorldPrices;
  random: Random;
  /** Draws a person, the eager ones more often. */
  drawPerson(): number;
  /** The time of the first sales and the present, in Unix milliseconds. */
  from: number;
  now: number;
}

/** Makes a world as it is on its first day. */
export function makeWorld(size: WorldSize, seed: number, now: number): World {
  const random = seeded(seed);
  const people = makePeople(random, size.people);
  const cards = makeCatalogue(size, seed);
  const eager = weighted(powerLaw(size.people, 1));
  const drawPerson = () => eager(random);
  const cardOf = Int32Array.from(cards.flatMap((card, i) => new Array<number>(card.editionSize).fill(i)));
  const serialOf = Int32Array.from(
    cards.flatMap((card) => Array.from({ length: card.editionSize }, (_, i) => i + 1)),
  );
  const from = now - size.days * DAY;
  return {
    ...{ size, people, cards, cardOf, serialOf, random, drawPerson, from, now },
    ownerOf: cardOf.map(drawPerson),
    purses: powerLaw(size.people, PURSE_EXPONENT).map(
      (share) => Math.round(Math.max(SMALLEST_PURSE, LARGEST_PURSE * share)) * 1e6,
    ),
    prices: makePrices(random, cards, { from, to: now }),
  };
}
