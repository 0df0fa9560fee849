import { type Answer, ok, type operations, type Result, refuse } from '@ece/contract';
import { audit, type Origin, SYSTEM } from '@ece/platform/audit/audit';
import { type Tx, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { passPrivileged } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { checkArtworks } from './artwork.ts';
import { readCsv } from './csv.ts';
import {
  type Catalogue,
  type CatalogueCard,
  type CatalogueSet,
  type Issue,
  readCatalogue,
} from './domain/catalogue.ts';
import { cardCreated, setCreated } from './events.ts';
import {
  insertCards,
  insertSets,
  lockSets,
  type NewCard,
  type NewSet,
  readNumbers,
  type SetRow,
} from './store.ts';

export interface CatalogueInput {
  csv: string;
  /** File name to CID. */
  artwork: Record<string, string>;
  creatorId: string;
  dryRun?: boolean;
  /** With `dryRun`: names of images that are stored later. */
  awaited?: string[];
  /** Who imports; the exchange itself where absent. */
  by?: Origin;
}

/** Numbers of sets and cards that are new. */
export interface Imported {
  sets: number;
  cards: number;
  dryRun: boolean;
  /** What would be imported; of dry runs. */
  preview?: Preview;
}

type Preview = NonNullable<Answer<(typeof operations)['nfts']['importCards']>['preview']>;

/** Cards that a preview shows. */
const PREVIEW_ROWS = 200;

/** What the artwork files of a catalogue lack. */
async function artworkIssues(
  context: NftsContext,
  catalogue: Catalogue,
  cids: Map<string, string>,
  awaited: Set<string>,
): Promise<Issue[]> {
  const named = catalogue.artwork.flatMap(({ file }) => cids.get(file) ?? []);
  const problems = await checkArtworks(context, [...new Set(named)]);
  return catalogue.artwork.flatMap(({ line, file }) => {
    const cid = cids.get(file);
    if (cid === undefined && awaited.has(file)) return [];
    if (cid === undefined) return [{ line, message: `There is no artwork called "${file}".` }];
    const problem = problems.get(cid);
    return problem ? [{ line, message: `The artwork "${file}" cannot be used: ${problem}` }] : [];
  });
}

/** What a set in the file says that differs from the set of its code that is there. */
function setIssues(set: CatalogueSet, existing: SetRow | undefined): Issue[] {
  const issue = (message: string) => [{ line: set.line, message }];
  if (!existing) return set.name === '' ? issue(`The set ${set.code} is new and needs a set_name.`) : [];
  if (set.name !== '' && set.name !== existing.name) {
    return issue(`The set ${set.code} is there already and is called "${existing.name}".`);
  }
  if (set.description !== '' && set.description !== existing.description) {
    return issue(`The set ${set.code} is there already with another description.`);
  }
  return [];
}

/** Compares the catalogue with the sets of its codes, whose rows are locked, and with their cards. */
async function existingIssues(tx: Tx, catalogue: Catalogue, existing: SetRow[]): Promise<Issue[]> {
  const byCode = new Map(existing.map((set) => [set.code, set]));
  const codeOf = new Map(existing.map((set) => [set.id, set.code]));
  const taken = await readNumbers(tx, [...codeOf.keys()]);
  const numbers = new Set(taken.map(({ setId, number }) => `${codeOf.get(setId)} ${number}`));
  const issues = catalogue.sets.flatMap((set) => setIssues(set, byCode.get(set.code)));
  for (const { line, setCode, number } of catalogue.numbers) {
    if (!numbers.has(`${setCode} ${number}`)) continue;
    issues.push({ line, message: `The set ${setCode} has a card with number ${number} already.` });
  }
  return issues;
}

function rejected(issues: Issue[]) {
  const sorted = issues.toSorted((a, b) => a.line - b.line);
  const detail = `${sorted.length} ${sorted.length === 1 ? 'fault was' : 'faults were'} found.`;
  return refuse('import_rejected', detail, { issues: sorted });
}

function newSets(context: NftsContext, creatorId: string, sets: CatalogueSet[]): NewSet[] {
  const royaltyBasisPoints = context.defaultRoyaltyBasisPoints;
  return sets.map(({ code, name, description }) => ({
    id: newId(),
    code,
    name,
    description,
    creatorId,
    royaltyBasisPoints,
  }));
}

function newCards(cards: CatalogueCard[], sets: SetRow[], cids: Map<string, string>): NewCard[] {
  const ids = new Map(sets.map((set) => [set.code, set.id]));
  return cards.map(({ line, setCode, artwork, ...card }) => ({
    ...card,
    id: newId(),
    setId: ids.get(setCode)!,
    artworkCid: cids.get(artwork)!,
  }));
}

/** What an import would bring. */
function previewOf(catalogue: Catalogue, existing: SetRow[]): Preview {
  const known = new Set(existing.map(({ code }) => code));
  const cardsOf = Map.groupBy(catalogue.cards, ({ setCode }) => setCode);
  return {
    sets: catalogue.sets.map(({ code, name }) => ({
      code,
      name: name || (existing.find((set) => set.code === code)?.name ?? ''),
      isNew: !known.has(code),
      cards: cardsOf.get(code)?.length ?? 0,
    })),
    copies: catalogue.cards.reduce((sum, { editionSize }) => sum + editionSize, 0),
    artwork: [...new Set(catalogue.artwork.map(({ file }) => file))],
    rows: catalogue.cards.slice(0, PREVIEW_ROWS).map(({ attributes: _, description: __, ...row }) => row),
  };
}

/** Imports a catalogue, all rows or none; see `NftsApi.importCatalogue`. */
export async function importCatalogue(
  context: NftsContext,
  input: CatalogueInput,
): Promise<Result<Imported>> {
  const csv = readCsv(input.csv);
  const catalogue = readCatalogue(csv.records);
  const cids = new Map(Object.entries(input.artwork));
  const dryRun = input.dryRun ?? false;
  const awaited = new Set(dryRun ? input.awaited : []);
  const found = [
    ...csv.issues,
    ...catalogue.issues,
    ...(await artworkIssues(context, catalogue, cids, awaited)),
  ];
  const by = input.by ?? SYSTEM;
  const result = await transaction(context.db, async (tx) => {
    const passed = await passPrivileged(tx, by);
    if (!passed.ok) return passed;
    // Sets are written first: a rival import of the same ones is waited for, and then compared with.
    const added = dryRun || found.length > 0 ? [] : newSets(context, input.creatorId, catalogue.sets);
    const inserted = new Set(await insertSets(tx, added));
    const codes = catalogue.sets.map((set) => set.code);
    const sets = await lockSets(tx, codes);
    const existing = sets.filter((set) => !inserted.has(set.id));
    const issues = [...found, ...(await existingIssues(tx, catalogue, existing))];
    if (issues.length > 0) return rejected(issues);
    if (!dryRun) {
      const cards = newCards(catalogue.cards, sets, cids);
      await insertCards(tx, cards);
      const data = { sets: codes.length - existing.length, cards: cards.length };
      await audit(tx, by, {
        action: 'catalogue.import',
        subject: `sets ${codes.join(' ')}`,
        data,
      });
      const written = added.filter((set) => inserted.has(set.id));
      await publish(tx, [...written.map(setCreated), ...cards.map(cardCreated)]);
    }
    const counts = { sets: codes.length - existing.length, cards: catalogue.cards.length, dryRun };
    return ok(dryRun ? { ...counts, preview: previewOf(catalogue, existing) } : counts);
  });
  if (result.ok && !dryRun) context.hint();
  return result;
}
