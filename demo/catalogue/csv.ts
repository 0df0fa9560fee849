import type { CatalogueRow } from './index.ts';

/** The columns of a catalogue file, in order. */
export const COLUMNS = [
  'set_code',
  'set_name',
  'set_description',
  'number',
  'name',
  'rarity',
  'category',
  'edition_size',
  'artwork',
  'description',
  'attributes',
] as const;

/** Quotes a field where RFC 4180 asks for it. */
function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function attributesField(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}=${value}`)
    .join(';');
}

/** A catalogue as CSV (RFC 4180: header, CRLF, quotes where needed; UTF-8 when written). */
export function catalogueCsv(rows: readonly CatalogueRow[]): string {
  const lines = rows.map((row) =>
    [
      row.setCode,
      row.setName,
      row.setDescription,
      row.number,
      row.name,
      row.rarity,
      row.category,
      row.editionSize,
      row.artwork,
      row.description,
      attributesField(row.attributes),
    ]
      .map(field)
      .join(','),
  );
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}
