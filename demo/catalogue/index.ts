import {
  type CardArt,
  MOTIF_NAMES,
  type MotifName,
  type Rarity,
  THEME_NAMES,
  type ThemeName,
} from '../artwork/index.ts';
import { hash } from '../artwork/random.ts';
import type { DemoSet, Design } from './design.ts';
import { abyssal } from './sets/abyssal.ts';
import { gilded } from './sets/gilded.ts';
import { glasshouse } from './sets/glasshouse.ts';
import { heliosphere } from './sets/heliosphere.ts';
import { kernel } from './sets/kernel.ts';
import { nightShift } from './sets/night-shift.ts';
import { paperRanges } from './sets/paper-ranges.ts';
import { resonance } from './sets/resonance.ts';

export { COLUMNS, catalogueCsv } from './csv.ts';

/** One line of a catalogue, as the import reads it. */
export interface CatalogueRow {
  setCode: string;
  setName: string;
  setDescription: string;
  number: number;
  name: string;
  rarity: Rarity;
  category: string;
  editionSize: number;
  /** File name inside the artwork folder. */
  artwork: string;
  description: string;
  attributes: Record<string, string>;
}

/** Copies of one design by rarity; the demo's 144 designs come to 2,432 copies. */
export const EDITION_SIZES: Record<Rarity, number> = {
  common: 28,
  uncommon: 16,
  rare: 9,
  epic: 5,
  legendary: 5,
  mythic: 2,
};

export const demoSets: readonly DemoSet[] = [
  heliosphere,
  nightShift,
  glasshouse,
  kernel,
  resonance,
  paperRanges,
  abyssal,
  gilded,
];

/** The artwork file of a card. */
export function artworkName(setCode: string, number: number): string {
  return `${setCode.toLowerCase()}-${String(number).padStart(3, '0')}.svg`;
}

function toRow(set: DemoSet, design: Design, number: number): CatalogueRow {
  return {
    setCode: set.code,
    setName: set.name,
    setDescription: set.description,
    number,
    name: design.name,
    rarity: design.rarity,
    category: design.category,
    editionSize: EDITION_SIZES[design.rarity],
    artwork: artworkName(set.code, number),
    description: design.tagline,
    attributes: {
      Founded: String(design.founded),
      Headquarters: design.headquarters,
      Mascot: design.mascot,
      Power: design.power,
      Users: design.users,
    },
  };
}

/** The demo catalogue: every card of every demo set, in order. */
export function demoCatalogue(): CatalogueRow[] {
  return demoSets.flatMap((set) => set.designs.map((design, i) => toRow(set, design, i + 1)));
}

interface Direction {
  theme: ThemeName;
  motif: MotifName;
  setSize: number;
}

const directions = new Map<string, Direction>(
  demoSets.flatMap((set) =>
    set.designs.map((design, i): [string, Direction] => [
      `${set.code}/${i + 1}`,
      { theme: set.theme, motif: design.motif, setSize: set.designs.length },
    ]),
  ),
);

/** The picture of a row: as art-directed for the demo sets, chosen by the row's own words for any other. */
export function artFor(row: CatalogueRow): CardArt {
  const directed = directions.get(`${row.setCode}/${row.number}`);
  const chosen = directed ?? {
    theme: THEME_NAMES[hash(row.setCode) % THEME_NAMES.length]!,
    motif: MOTIF_NAMES[hash(row.name) % MOTIF_NAMES.length]!,
    setSize: row.number,
  };
  return {
    setCode: row.setCode,
    setName: row.setName,
    number: row.number,
    editionSize: row.editionSize,
    name: row.name,
    rarity: row.rarity,
    category: row.category,
    tagline: row.description,
    attributes: row.attributes,
    seed: 'first printing',
    ...chosen,
  };
}
