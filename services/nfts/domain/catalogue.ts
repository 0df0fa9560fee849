import { characters, textProblem } from './text.ts';

/** A record of a CSV file: its fields, and the line of the file on which it begins. The first line is 1. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/** Something wrong with a line of a catalogue. */
export interface Issue {
  line: number;
  message: string;
}

export const RARITIES = ['common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic'] as const;
export type Rarity = (typeof RARITIES)[number];

/** A card as a catalogue describes it. */
export interface CatalogueCard {
  line: number;
  setCode: string;
  number: number;
  name: string;
  rarity: Rarity;
  category: string;
  editionSize: number;
  /** File name of the artwork. */
  artwork: string;
  description: string;
  attributes: { key: string; value: string }[];
}

/** A set as a catalogue describes it. Empty texts stand where no row has one. */
export interface CatalogueSet {
  code: string;
  /** The first line of the set. */
  line: number;
  name: string;
  description: string;
}

export interface Catalogue {
  sets: CatalogueSet[];
  /** The cards whose lines are right. */
  cards: CatalogueCard[];
  /** Every number that a line names, also where the line has another fault. */
  numbers: { line: number; setCode: string; number: number }[];
  /** Every artwork file that a line names, likewise. */
  artwork: { line: number; file: string }[];
  issues: Issue[];
}

const REQUIRED = ['set_code', 'set_name', 'number', 'name', 'rarity', 'category', 'edition_size', 'artwork'];
const OPTIONAL = ['set_description', 'description', 'attributes'];

/** The most rows that one catalogue may have. */
export const MAX_ROWS = 50_000;
const MAX_NUMBER = 1_000_000;
const MAX_ATTRIBUTES = 30;

type Row = Record<string, string>;
type Report = (message: string) => void;

/** Reads the header; gives the column of each name, or tells what is wrong with it. */
function readHeader(header: CsvRecord | undefined, issues: Issue[]): Map<string, number> {
  const columns = new Map<string, number>();
  const report = (message: string) => issues.push({ line: header?.line ?? 1, message });
  if (!header) {
    report('The file is empty; the first line must name the columns.');
    return columns;
  }
  for (const [index, field] of header.fields.entries()) {
    const name = field.trim();
    if (columns.has(name)) report(`The column "${shown(name)}" is there twice.`);
    else if (REQUIRED.includes(name) || OPTIONAL.includes(name)) columns.set(name, index);
    else report(`"${shown(name)}" is not a known column.`);
  }
  for (const name of REQUIRED) if (!columns.has(name)) report(`The column "${name}" is missing.`);
  return columns;
}

/** A text of the file as a message shows it. */
function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function readText(row: Row, column: string, most: number, report: Report, lines = false): string {
  const text = row[column] ?? '';
  const problem = textProblem(text, { lines });
  if (problem) report(`${column} ${problem}.`);
  const length = characters(text);
  if (length > most) report(`${column} has ${length} characters; ${most} are allowed.`);
  return text;
}

function readRequired(row: Row, column: string, most: number, report: Report): string {
  const text = readText(row, column, most, report);
  if (text === '') report(`${column} is empty.`);
  return text;
}

function readNumber(row: Row, column: string, report: Report): number | undefined {
  const text = row[column] ?? '';
  const value = Number(text);
  if (/^[0-9]{1,7}$/.test(text) && value >= 1 && value <= MAX_NUMBER) return value;
  report(`${column} must be a whole number from 1 to ${MAX_NUMBER}, not "${shown(text)}".`);
  return undefined;
}

/** Reads `key=value; key=value`. */
function readAttributes(text: string, report: Report): { key: string; value: string }[] {
  const problem = textProblem(text);
  if (problem) report(`attributes ${problem}.`);
  const attributes: { key: string; value: string }[] = [];
  const known = new Set<string>();
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(at, 0)).trim();
    const value = part.slice(at + 1).trim();
    if (key === '') report(`attributes: "${shown(part.trim())}" is not of the form key=value.`);
    else if (characters(key) > 40) report(`attributes: "${shown(key)}" has more than 40 characters.`);
    else if (characters(value) > 200)
      report(`attributes: the value of "${shown(key)}" has more than 200 characters.`);
    else if (known.has(key)) report(`attributes: "${key}" is there twice.`);
    known.add(key);
    attributes.push({ key, value });
  }
  if (attributes.length > MAX_ATTRIBUTES) {
    report(`attributes has ${attributes.length} entries; ${MAX_ATTRIBUTES} are allowed.`);
  }
  return attributes;
}

function readRarity(row: Row, report: Report): Rarity {
  const text = row.rarity ?? '';
  const rarity = RARITIES.find((each) => each === text);
  if (!rarity) report(`rarity must be one of ${RARITIES.join(', ')}, not "${shown(text)}".`);
  return rarity ?? 'common';
}

/** Takes what a row says of its set; a set may be named once and left out further down. */
function readSet(
  row: Row,
  line: number,
  sets: Map<string, CatalogueSet>,
  report: Report,
): string | undefined {
  const code = row.set_code ?? '';
  const name = readText(row, 'set_name', 60, report);
  const description = readText(row, 'set_description', 2000, report, true);
  if (!/^[A-Z0-9]{2,8}$/.test(code)) {
    report(`set_code must be 2 to 8 capital letters and digits, not "${shown(code)}".`);
    return undefined;
  }
  const set = sets.get(code);
  if (!set) {
    sets.set(code, { code, line, name, description });
    return code;
  }
  if (set.name === '') set.name = name;
  if (set.description === '') set.description = description;
  if (name !== '' && name !== set.name) {
    report(`The set ${code} is called "${shown(set.name)}" further up, here "${shown(name)}".`);
  }
  if (description !== '' && description !== set.description) {
    report(`The set ${code} has another description further up.`);
  }
  return code;
}

/**
 * Reads a catalogue: the header and every row, by the rules of docs/catalogue.md. What is wrong is reported
 * for every row; the caller imports nothing where there is an issue.
 * @param records the file's records in order, the header first
 */
export function readCatalogue(records: CsvRecord[]): Catalogue {
  const issues: Issue[] = [];
  const sets = new Map<string, CatalogueSet>();
  const cards: CatalogueCard[] = [];
  const artwork: { line: number; file: string }[] = [];
  const numbers: Catalogue['numbers'] = [];
  const lineOf = new Map<string, number>();
  const [header, ...rows] = records;
  const columns = readHeader(header, issues);
  const empty = { sets: [], cards, numbers, artwork, issues };
  if (issues.length > 0) return empty;
  if (rows.length === 0) issues.push({ line: header!.line, message: 'The file has no cards.' });
  if (rows.length > MAX_ROWS) {
    issues.push({ line: rows[MAX_ROWS]!.line, message: `A catalogue has ${MAX_ROWS} rows at the most.` });
    return empty;
  }
  for (const { line, fields } of rows) {
    const before = issues.length;
    const report = (message: string) => issues.push({ line, message });
    if (fields.length !== header!.fields.length) {
      report(`The row has ${fields.length} fields; the header has ${header!.fields.length}.`);
      continue;
    }
    const row = Object.fromEntries([...columns].map(([name, index]) => [name, fields[index]!.trim()]));
    const setCode = readSet(row, line, sets, report);
    const number = readNumber(row, 'number', report);
    const card = {
      name: readRequired(row, 'name', 80, report),
      rarity: readRarity(row, report),
      category: readRequired(row, 'category', 40, report),
      editionSize: readNumber(row, 'edition_size', report),
      artwork: readRequired(row, 'artwork', 200, report),
      description: readText(row, 'description', 2000, report, true),
      attributes: readAttributes(row.attributes ?? '', report),
    };
    if (card.artwork !== '') artwork.push({ line, file: card.artwork });
    if (setCode === undefined || number === undefined) continue;
    numbers.push({ line, setCode, number });
    const earlier = lineOf.get(`${setCode} ${number}`);
    if (earlier === undefined) lineOf.set(`${setCode} ${number}`, line);
    else report(`The set ${setCode} has number ${number} on line ${earlier} already.`);
    const { editionSize } = card;
    if (issues.length === before && editionSize !== undefined) {
      cards.push({ line, setCode, number, ...card, editionSize });
    }
  }
  return { sets: [...sets.values()], cards, numbers, artwork, issues };
}
