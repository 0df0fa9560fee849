import { generateCatalogue } from '../catalogue/generate.ts';
import { artworkName, type CatalogueRow } from '../catalogue/index.ts';
import type { WorldSize } from './size.ts';

const FIRST = `Copper Tidal Paper Silent Northern Velvet Orbital Salt Lantern Glass Winter Clockwork`.split(
  ' ',
);
const SECOND = `Meridian Archive Harvest Parade Observatory Almanac Carnival Frontier Menagerie Atlas`.split(
  ' ',
);

/** Names for 60 sets and their codes; more sets begin again with a number behind. */
function setAt(index: number): { code: string; name: string } {
  const [first, second] = [FIRST[index % FIRST.length]!, SECOND[index % SECOND.length]!];
  const lap = Math.floor(index / 60) + 1;
  const code = `${first.slice(0, 3)}${second.slice(0, 3)}`.toUpperCase();
  return lap === 1
    ? { code, name: `${first} ${second}` }
    : { code: `${code}${lap}`, name: `${first} ${second} ${lap}` };
}

/** Makes up a catalogue of a world: its sets with their cards, whose editions sum up to its copies exactly. */
export function makeCatalogue(size: WorldSize, seed: number): CatalogueRow[] {
  const { cards, sets, copies } = size;
  const rows = generateCatalogue({ designs: cards, seed: `world ${seed}` });
  const perSet = Math.ceil(cards / sets);
  const usual = rows.reduce((sum, row) => sum + row.editionSize, 0);
  const scaled = rows.map((row, i) => {
    const { code, name } = setAt(Math.floor(i / perSet));
    const number = (i % perSet) + 1;
    return {
      ...row,
      setCode: code,
      setName: name,
      setDescription: `${name}: ${perSet} cards, drawn in one sitting and printed once.`,
      number,
      editionSize: Math.max(1, Math.round((row.editionSize * copies) / usual)),
      artwork: artworkName(code, number),
    };
  });
  return exactly(scaled, copies);
}

/** Adds to the editions of commons, or takes from them, until all of them together are so many. */
function exactly(rows: CatalogueRow[], copies: number): CatalogueRow[] {
  let rest = copies - rows.reduce((sum, row) => sum + row.editionSize, 0);
  const commons = rows.filter((row) => row.rarity === 'common');
  for (let i = 0; rest !== 0; i++) {
    const row = commons[i % commons.length];
    if (!row) throw new RangeError('a catalogue needs a common card');
    const step = Math.sign(rest);
    if (row.editionSize + step < 1) continue;
    row.editionSize += step;
    rest -= step;
  }
  return rows;
}
