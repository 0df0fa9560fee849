import { CATEGORIES, type Rarity } from '../artwork/index.ts';
import { type Random, randomFrom } from '../artwork/random.ts';
import { artworkName, type CatalogueRow, EDITION_SIZES } from './index.ts';

const SET_SIZE = 250;

const FIRST = [
  'Amber',
  'Brass',
  'Cinder',
  'Dapper',
  'Early',
  'Feral',
  'Gentle',
  'Hollow',
  'Inky',
  'Jolly',
  'Kindred',
  'Lunar',
  'Mellow',
  'Nimble',
  'Odd',
  'Patient',
  'Quiet',
  'Rusty',
  'Silver',
  'Tidy',
  'Umber',
  'Velvet',
  'Wandering',
  'Yonder',
];
const SECOND = [
  'Anchor',
  'Badger',
  'Cabinet',
  'Ditto',
  'Ember',
  'Fathom',
  'Gable',
  'Harbour',
  'Inkwell',
  'Jetty',
  'Kernel',
  'Ledger',
  'Magpie',
  'Notion',
  'Orchard',
  'Parcel',
  'Quorum',
  'Rivet',
  'Signal',
  'Thicket',
  'Umbrella',
  'Valve',
  'Willow',
  'Zephyr',
];
const THIRD = [
  '& Co.',
  'Works',
  'Club',
  'Guild',
  'Bureau',
  'Exchange',
  'Society',
  'Depot',
  'Union',
  'Lab',
  'Press',
  'Line',
];
const PLACES = [
  'North Quay',
  'Lamp Street',
  'Upper Mill',
  'Gate Nine',
  'Salt Row',
  'Clocktower Yard',
  'Fern Hill',
  'Dock Zero',
];
const MASCOTS = ['Pip', 'Bramble', 'Otto', 'Juniper', 'Moss', 'Figaro', 'Wren', 'Tansy'];
const POWERS = [
  'Arrives first',
  'Never blinks',
  'Works on Sundays',
  'Keeps the receipt',
  'Hums in tune',
  'Finds the door',
];
const LINES = [
  'Founded on a dare, kept open out of habit.',
  'They answer the door before the bell.',
  'Nobody asked for it, and now nobody can do without.',
  'Small, exact and slightly smug.',
  'It does one thing, twice, to be sure.',
  'The queue is part of the charm.',
];

/** The share of each rarity, rarest first, out of 100. */
const SHARES: [Rarity, number][] = [
  ['mythic', 1],
  ['legendary', 4],
  ['epic', 11],
  ['rare', 25],
  ['uncommon', 50],
  ['common', 100],
];

function rarityFrom(random: Random): Rarity {
  const roll = random.integer(1, 100);
  return SHARES.find(([, upTo]) => roll <= upTo)![0];
}

/** A set code of letters: AAA, AAB, ... after a prefix that no demo set uses. */
function setCode(index: number): string {
  let letters = '';
  for (let rest = index, i = 0; i < 4; i++, rest = Math.floor(rest / 26)) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return `GEN${letters}`;
}

/** A name for a position: every combination once, then again with a number behind it. */
function nameAt(index: number): string {
  const stride = index * 1597;
  const pick = (words: string[], at: number) => words[at % words.length]!;
  const total = FIRST.length * SECOND.length * THIRD.length;
  const at = stride % total;
  const name = `${pick(FIRST, at)} ${pick(SECOND, Math.floor(at / FIRST.length))} ${pick(THIRD, Math.floor(at / (FIRST.length * SECOND.length)))}`;
  const lap = Math.floor(index / total);
  return lap === 0 ? name : `${name} ${lap + 1}`;
}

/**
 * Makes up a catalogue of `designs` cards in sets of 250, for imports and load. The same options give the
 * same rows; names are unique.
 */
export function generateCatalogue({ designs, seed }: { designs: number; seed: string }): CatalogueRow[] {
  const random = randomFrom(seed);
  return Array.from({ length: designs }, (_, i) => {
    const set = Math.floor(i / SET_SIZE);
    const number = (i % SET_SIZE) + 1;
    const rarity = rarityFrom(random);
    const code = setCode(set);
    return {
      setCode: code,
      setName: `${FIRST[set % FIRST.length]} Series ${set + 1}`,
      setDescription: `Generated set ${set + 1} of seed ${seed}.`,
      number,
      name: nameAt(i),
      rarity,
      category: random.pick(CATEGORIES),
      editionSize: EDITION_SIZES[rarity],
      artwork: artworkName(code, number),
      description: random.pick(LINES),
      attributes: {
        Founded: String(random.integer(1890, 2050)),
        Headquarters: random.pick(PLACES),
        Mascot: random.pick(MASCOTS),
        Power: random.pick(POWERS),
        Users: `${random.integer(1, 990)},000`,
      },
    };
  });
}
