import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../tests/support/world.ts';
import { metricsIn, readRules, usedMetrics } from './rules.ts';

let world: World;
beforeAll(async () => {
  // Nobody answers there: the metrics of a search engine and of a replica are those of their absence.
  world = await openWorld({
    ECE_SEARCH_ENGINE_URL: 'http://127.0.0.1:9',
    ECE_DATABASE_REPLICA_URL: 'postgres://nobody@127.0.0.1:9/none',
  });
}, 120_000);
afterAll(() => world?.close());

test('every metric that an alert or a dashboard looks at is one that a running exchange exports or a rule records', async () => {
  const text = await (await fetch(new URL('/metrics', world.exchange.url))).text();
  const exported = new Set<string>();
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    exported.add(name!);
    if (type === 'histogram') for (const part of ['bucket', 'count', 'sum']) exported.add(`${name}_${part}`);
  }
  for (const { record } of readRules()) if (record) exported.add(record);
  const used = usedMetrics();
  expect(used.size).toBeGreaterThan(40);
  expect([...used].filter(([name]) => !exported.has(name))).toEqual([]);
});

test('names of metrics are found in a query, and words in its texts are not', () => {
  expect(metricsIn('sum(rate(ece_a_total{job="ece_b"}[5m])) / ece:c:d > 0')).toEqual([
    'ece_a_total',
    'ece:c:d',
  ]);
});
