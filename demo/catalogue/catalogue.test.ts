import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CATEGORIES, RARITIES } from '../artwork/index.ts';
import {
  artFor,
  type CatalogueRow,
  COLUMNS,
  catalogueCsv,
  demoCatalogue,
  exportCatalogue,
  generateCatalogue,
} from './export.ts';
import { demoSets } from './index.ts';
import { demoPeople } from './people.ts';

const rows = demoCatalogue();

/** What the import asks of every row. */
function expectImportable(catalogue: readonly CatalogueRow[]) {
  const places = catalogue.map((row) => `${row.setCode}/${row.number}`);
  expect(new Set(places).size).toBe(catalogue.length);
  expect(new Set(catalogue.map((row) => row.name)).size).toBe(catalogue.length);
  expect(new Set(catalogue.map((row) => row.artwork)).size).toBe(catalogue.length);
  for (const row of catalogue) {
    expect(row.setCode).toMatch(/^[A-Z0-9]{2,8}$/);
    expect(row.artwork).toMatch(/^[a-z0-9-]+\.(svg|png)$/);
    expect(row.name.length).toBeLessThanOrEqual(80);
    expect(CATEGORIES).toContain(row.category);
    for (const [key, value] of Object.entries(row.attributes)) expect(`${key}${value}`).not.toMatch(/[;=]/);
  }
}

describe('the demo catalogue', () => {
  it('holds eight sets of eighteen, about 2,400 copies, each importable', () => {
    expect(demoSets.map((set) => set.designs.length)).toEqual([18, 18, 18, 18, 18, 18, 18, 18]);
    expect(rows.reduce((sum, row) => sum + row.editionSize, 0)).toBe(2432);
    expectImportable(rows);
  });

  it('is a pyramid in every set, and no emblem appears twice in one', () => {
    for (const set of demoSets) {
      const counts = RARITIES.map((rarity) => set.designs.filter((d) => d.rarity === rarity).length);
      expect(counts).toEqual([7, 4, 3, 2, 1, 1]);
      expect(new Set(set.designs.map((d) => d.motif)).size).toBe(set.designs.length);
    }
    const top = demoSets
      .flatMap((set) => set.designs)
      .filter((d) => ['legendary', 'mythic'].includes(d.rarity));
    expect(new Set(top.map((d) => d.motif)).size).toBe(top.length);
  });

  it('keeps taglines short enough for the plate', () => {
    for (const row of rows) expect(row.description.length).toBeLessThanOrEqual(100);
  });

  it('reads back from CSV as it was', () => {
    const records = parse(catalogueCsv(rows)) as string[][];
    expect(records[0]).toEqual([...COLUMNS]);
    expect(records).toHaveLength(rows.length + 1);
    for (const [i, row] of rows.entries()) {
      const record = records[i + 1]!;
      expect(record.slice(0, 2)).toEqual([row.setCode, row.setName]);
      expect(record.slice(3, 10)).toEqual(
        [row.number, row.name, row.rarity, row.category, row.editionSize, row.artwork, row.description].map(
          String,
        ),
      );
      const attributes = Object.fromEntries(record[10]!.split(';').map((pair) => pair.split('=')));
      expect(attributes).toEqual(row.attributes);
    }
  });

  it('writes a catalogue and one picture per row', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ece-catalogue-'));
    try {
      const { csv, art } = await exportCatalogue(folder, rows);
      expect((await readdir(art)).sort()).toEqual(rows.map((row) => row.artwork).sort());
      expect(await readFile(csv, 'utf8')).toBe(catalogueCsv(rows));
      expect(await readFile(join(art, rows[0]!.artwork), 'utf8')).toContain(rows[0]!.name);
      const small = await exportCatalogue(folder, rows.slice(0, 1), { format: 'png', width: 60 });
      expect(await readFile(small.csv, 'utf8')).toContain('heli-001.png');
      expect((await readFile(join(art, 'heli-001.png'))).subarray(1, 4).toString()).toBe('PNG');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('generateCatalogue', () => {
  it('makes ten thousand importable rows, the same for the same seed', () => {
    const generated = generateCatalogue({ designs: 10_000, seed: 'load' });
    expectImportable(generated);
    expect(generated).toHaveLength(10_000);
    expect(generateCatalogue({ designs: 10_000, seed: 'load' })).toEqual(generated);
    expect(generateCatalogue({ designs: 10, seed: 'other' })).not.toEqual(generated.slice(0, 10));
    const demoCodes = new Set(demoSets.map((set) => set.code));
    expect(generated.some((row) => demoCodes.has(row.setCode))).toBe(false);
    expect(artFor(generated[4321]!).name).toBe(generated[4321]!.name);
  });
});

describe('the demo people', () => {
  it('are twelve, with handles the exchange accepts and sets that exist', () => {
    expect(demoPeople).toHaveLength(12);
    expect(new Set(demoPeople.map((person) => person.handle)).size).toBe(12);
    const codes = demoSets.map((set) => set.code);
    for (const person of demoPeople) {
      expect(person.handle).toMatch(/^[a-z0-9](?:[a-z0-9_]{1,28})[a-z0-9]$/);
      expect(person.email).toMatch(/^[a-z0-9_]+@demo\.ece\.example$/);
      expect(codes).toEqual(expect.arrayContaining([...person.favourites]));
    }
  });
});
