import { expect, test } from 'vitest';
import type { SearchEngine, SearchQuery } from './engine.ts';
import { withCachedFacets } from './facet-cache.ts';
import { aQuery } from './test-conformance.ts';

function world() {
  const asked: SearchQuery[] = [];
  let fails = false;
  let time = 0;
  const engine = {
    async search(query: SearchQuery) {
      asked.push(query);
      if (fails) throw new Error('down');
      const counts = query.facets ? { count: asked.length, exact: true } : null;
      return { hits: [], next: null, total: counts, facets: null };
    },
  } as unknown as SearchEngine;
  const cached = withCachedFacets(engine, () => time);
  const counted = async (query: SearchQuery) => (await cached.search(query)).total?.count;
  const pass = (ms: number) => (time += ms);
  const fail = (value: boolean) => (fails = value);
  return { asked, counted, pass, fail };
}

const query = aQuery('fox', { facets: true, filters: { priceFrom: 5n } });

test('counts are asked for once in a while, pages each time, and other filters count by themselves', async () => {
  const { asked, counted, pass } = world();
  const [first, second] = await Promise.all([counted(query), counted({ ...query, sort: 'cheapest' })]);
  expect(second).toBe(first);
  expect(asked.filter(({ facets }) => facets).length).toBe(1);
  expect(asked.filter(({ facets }) => !facets).length).toBe(2);
  expect(await counted({ ...query, filters: { priceFrom: 6n } })).not.toBe(first);
  expect(await counted({ ...query, sort: 'ending' })).not.toBe(first);
  pass(4_999);
  expect(await counted(query)).toBe(first);
  pass(1);
  expect(await counted(query)).not.toBe(first);
});

test('a failure is not kept, and what is kept is bounded', async () => {
  const { asked, counted, fail } = world();
  fail(true);
  await expect(counted(query)).rejects.toThrow('down');
  fail(false);
  const first = await counted(query);
  for (let n = 0; n < 600; n++) await counted({ ...query, text: `t${n}` });
  const before = asked.length;
  expect(await counted(query)).not.toBe(first);
  expect(asked.length).toBe(before + 2);
});
