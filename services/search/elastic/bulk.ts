import { setTimeout as sleep } from 'node:timers/promises';
import type { SearchDocument } from '../engine.ts';
import { type Client, EngineError } from './client.ts';
import { documentId, sourceOf } from './documents.ts';

/** Most documents and characters of one request. */
const MOST_DOCUMENTS = 500;
const MOST_CHARACTERS = 4_000_000;
const PATIENCE_MS = 30_000;
/** Pauses before documents are sent again that the engine had no room for; then it is in trouble. */
const PAUSES_MS = [100, 400, 1600];

/** What became of documents. */
export interface Written {
  /** Were written. */
  written: number;
  /** Gave way to what is there: the same or a later version. */
  outdated: number;
  /** Cannot be written, whenever it is tried: their ids, and what the engine calls the reason. */
  refused: { id: string; reason: string }[];
  /** The index is not there any more. */
  gone: boolean;
}

interface Item {
  id: string;
  lines: string;
}

interface BulkAnswer {
  errors: boolean;
  items: { index: { _id: string; status: number; error?: { type: string } } }[];
}

/**
 * Writes documents into one index, each only where it has none of the same or a later version. Of several of one
 * thing the last one counts.
 * @param alias a name that only this index has: an index that was dropped is never made by writing to it
 * @throws EngineError where the engine is away or has no room even after some pauses
 */
export async function writeBulk(
  client: Client,
  alias: string,
  documents: SearchDocument[],
  version: bigint,
  pauses: readonly number[] = PAUSES_MS,
): Promise<Written> {
  const result: Written = { written: 0, outdated: 0, refused: [], gone: false };
  const last = new Map(documents.map((document) => [documentId(document), document]));
  const items = [...last].map(([id, document]) => ({ id, lines: linesOf(id, document, version) }));
  for (const batch of batchesOf(items)) {
    if (result.gone) break;
    await writeBatch(client, alias, batch, pauses, result);
  }
  return result;
}

/** The lines of a document; the version is written by hand, for JSON has no numbers of that size. */
function linesOf(id: string, document: SearchDocument, version: bigint): string {
  return `{"index":{"_id":${JSON.stringify(id)},"version":${version},"version_type":"external"}}
${JSON.stringify(sourceOf(document))}
`;
}

/** Cuts documents into requests of a bounded size. */
export function batchesOf(items: Item[]): Item[][] {
  const batches: Item[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const item of items) {
    if (characters + item.lines.length > MOST_CHARACTERS || batches.at(-1)!.length >= MOST_DOCUMENTS) {
      batches.push([]);
      characters = 0;
    }
    batches.at(-1)!.push(item);
    characters += item.lines.length;
  }
  return batches;
}

async function writeBatch(
  client: Client,
  alias: string,
  batch: Item[],
  pauses: readonly number[],
  result: Written,
): Promise<void> {
  let left = batch;
  for (let attempt = 0; ; attempt++) {
    const full = await send(client, alias, left, pauses, result);
    if (full.size === 0 || result.gone) return;
    if (attempt >= pauses.length) throw new EngineError(429, 'it has no room for documents');
    await sleep(pauses[attempt]!);
    left = left.filter(({ id }) => full.has(id));
  }
}

/** Sends documents once and gives the ids of those for which there was no room. */
async function send(
  client: Client,
  alias: string,
  batch: Item[],
  pauses: readonly number[],
  result: Written,
): Promise<Set<string>> {
  let answer: BulkAnswer;
  try {
    answer = await client.call<BulkAnswer>({
      method: 'POST',
      path: `/${encodeURIComponent(alias)}/_bulk?require_alias=true`,
      lines: batch.map(({ lines }) => lines).join(''),
      patienceMs: PATIENCE_MS,
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.status === 429) return new Set(batch.map(({ id }) => id));
    if (error.status !== 413) throw error;
    if (batch.length === 1) {
      result.refused.push({ id: batch[0]!.id, reason: 'too_large' });
      return new Set();
    }
    const half = Math.ceil(batch.length / 2);
    await writeBatch(client, alias, batch.slice(0, half), pauses, result);
    await writeBatch(client, alias, batch.slice(half), pauses, result);
    return new Set();
  }
  return sortOut(answer, result);
}

/** Counts what became of each document and gives the ids of those to be sent again. */
export function sortOut({ items }: BulkAnswer, result: Written): Set<string> {
  const full = new Set<string>();
  for (const { index } of items) {
    if (index.status < 300) result.written++;
    else if (index.status === 409) result.outdated++;
    else if (index.status === 404) result.gone = true;
    else if (index.status === 429 || index.status >= 500) full.add(index._id);
    else result.refused.push({ id: index._id, reason: index.error?.type ?? String(index.status) });
  }
  return full;
}
