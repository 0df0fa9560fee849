import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPng, renderSvg } from '../artwork/index.ts';
import { catalogueCsv } from './csv.ts';
import { artFor, type CatalogueRow, demoCatalogue } from './index.ts';

export { COLUMNS, catalogueCsv } from './csv.ts';
export { generateCatalogue } from './generate.ts';
export { artFor, type CatalogueRow, demoCatalogue } from './index.ts';

export interface ExportOptions {
  /** Vector files (default), or PNG files `width` pixels wide. */
  format?: 'svg' | 'png';
  width?: number;
  /** Called after each picture. */
  onProgress?: (done: number, total: number) => void;
}

/** The picture of a row as file content: PNG for an artwork name that ends in .png, else SVG. */
export function artworkFile(row: CatalogueRow, width?: number): Buffer {
  const svg = renderSvg(artFor(row));
  return row.artwork.endsWith('.png') ? renderPng(svg, width) : Buffer.from(svg);
}

/**
 * Writes `CATALOGUE.csv` and `art/` into a folder, ready for `ece cards import CATALOGUE.csv --art art`.
 * Gives the paths of both.
 */
export async function exportCatalogue(
  folder: string,
  rows: readonly CatalogueRow[] = demoCatalogue(),
  options: ExportOptions = {},
): Promise<{ csv: string; art: string }> {
  const art = join(folder, 'art');
  const csv = join(folder, 'CATALOGUE.csv');
  const extension = options.format ?? 'svg';
  const named = rows.map((row) => ({ ...row, artwork: row.artwork.replace(/\.\w+$/, `.${extension}`) }));
  await mkdir(art, { recursive: true });
  for (const [i, row] of named.entries()) {
    await writeFile(join(art, row.artwork), artworkFile(row, options.width));
    options.onProgress?.(i + 1, named.length);
  }
  await writeFile(csv, catalogueCsv(named));
  return { csv, art };
}

if (import.meta.main) {
  const folder = process.argv[2] ?? 'catalogue';
  const { csv, art } = await exportCatalogue(folder);
  console.log(`Wrote ${csv} and ${art}`);
}
