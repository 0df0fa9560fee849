import { type Database, openDatabase } from '@ece/platform/db/database';
import { postgres } from '@ece/platform/db/driver';
import { migrate } from '@ece/platform/db/migrate';
import { platformMigrations } from '@ece/platform/db/platform-migrations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../tests/setup/database.ts';
import { search } from '../api.ts';
import { type SearchEngine, type SearchQuery, SORTS } from '../engine.ts';
import { aQuery } from '../test-conformance.ts';
import { fillLarge } from '../test-scale.ts';
import { createPostgresEngine } from './engine.ts';

/** An index of 100,000 copies: how PostgreSQL goes about the queries that everybody makes. */
const NOW = Date.UTC(2030, 0, 1);
let database: TestDatabase;
let db: Database;
/** One connection of which every statement is noted. */
let watched: Database;
let engine: SearchEngine;
let noted: { text: string; values: unknown[] }[] = [];

beforeAll(async () => {
  database = await testDatabase();
  // Beside other work a hundred thousand rows take their time.
  db = openDatabase(database.connection, { statementTimeoutMs: 180_000 });
  await migrate(db, [platformMigrations, search.migrations]);
  await fillLarge(db, createPostgresEngine(db), NOW);
  watched = postgres({
    ...database.connection,
    max: 1,
    types: { bigint: postgres.BigInt },
    debug: (_connection, text, values) => void noted.push({ text, values }),
  });
  engine = createPostgresEngine(watched);
}, 180_000);
afterAll(async () => {
  await watched.end();
  await db.end();
  await database.drop();
});

interface Node {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

/** The plans of the statements on documents that something makes. */
async function plansOf(make: () => Promise<unknown>): Promise<Node[]> {
  noted = [];
  await make();
  const statements = noted.filter(({ text }) => text.includes('search.documents'));
  expect(statements.length).toBeGreaterThan(0);
  const plans: Node[] = [];
  for (const { text, values } of statements) {
    const rows = await db.begin('read only', async (tx) => {
      await tx`select set_config('pg_trgm.word_similarity_threshold', '0.38', true),
        set_config('random_page_cost', '1.1', true)`;
      return await tx.unsafe(`explain (analyze, timing off, format json) ${text}`, values as never[]);
    });
    plans.push((rows[0]!['QUERY PLAN'] as { Plan: Node }[])[0]!.Plan);
  }
  return plans;
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Rows that were looked at anywhere in a plan. */
const lookedAt = (plans: Node[]) =>
  plans
    .flatMap(nodesOf)
    .filter((node) => node['Node Type'].includes('Scan') && !node['Node Type'].startsWith('CTE'))
    .reduce((sum, n) => sum + n['Actual Loops'] * (n['Actual Rows'] + (n['Rows Removed by Filter'] ?? 0)), 0);

const copies = (text: string, change: Partial<SearchQuery> = {}) =>
  aQuery(text, { kinds: ['copy'], limit: 100, now: NOW, ...change });

test.each(SORTS)('a page of all copies by %s reads little more than the page, at any depth', async (sort) => {
  let after: string | undefined;
  for (let page = 0; page < 30; page++) {
    const result = await engine.search(copies('', { sort, ...(after !== undefined && { after }) }));
    expect(result.hits.length).toBe(100);
    after = result.next!;
    if (page % 29 > 0) continue;
    const plans = await plansOf(() => engine.search(copies('', { sort, after: after! })));
    expect(lookedAt(plans)).toBeLessThan(250);
  }
});

test.each([
  ['set', { setCodes: ['S3'] }],
  ['set and rarity', { setCodes: ['S3'], rarities: ['mythic'] }],
  ['price', { priceFrom: 50_000_000n, priceTo: 51_000_000n }],
  ['what ends soon', { endsBy: NOW + 600_000 }],
  ['what is not there', { category: 'Nothing' }],
])('filtered by %s, the cheapest are found without reading everything', async (_, filters) => {
  const plans = await plansOf(() => engine.search(copies('', { sort: 'cheapest', filters })));
  expect(plans.flatMap(nodesOf).map((node) => node['Node Type'])).not.toContain('Seq Scan');
  expect(lookedAt(plans)).toBeLessThan(40_000);
});

test('words find copies through the best cards, not through all that fit', async () => {
  const result = await engine.search(copies('dragon', { facets: true }));
  expect(result.total!.count).toBeGreaterThan(5000);
  const plans = await plansOf(() => engine.search(copies('dragon')));
  expect(lookedAt(plans)).toBeLessThan(5000);
});

test.each(['d', 'dr', 'golden', 'golden dr', 'lantren'])(
  'suggestions for %s read names by an index',
  async (text) => {
    const found = await engine.suggest(text, 5);
    expect(found.card.length).toBe(5);
    const plans = await plansOf(() => engine.suggest(text, 5));
    expect(plans.flatMap(nodesOf).map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(lookedAt(plans)).toBeLessThan(8000);
  },
);

test('everything is counted, and what is filtered is counted right', async () => {
  const all = await engine.search(copies('', { facets: true }));
  expect(all.total).toEqual({ count: 100_000, exact: true });
  expect(all.facets!.sets.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  const [row] = await db`
    select count(*)::int as n from search.documents_a
    where kind = 'copy' and rarity = 'mythic' and price between 50000000 and 90000000`;
  const filters = { rarities: ['mythic'], priceFrom: 50_000_000n, priceTo: 90_000_000n };
  expect((await engine.search(copies('', { facets: true, filters }))).total!.count).toBe(row!.n);
});
