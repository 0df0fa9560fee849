import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyTo, kinds, setupOf } from '../../tools/deploy/log-streams.ts';
import { hasOpenSearch, type OpenSearchServer, startOpenSearch } from './support/opensearch.ts';

describe.skipIf(!hasOpenSearch())('with OpenSearch', () => {
  let server: OpenSearchServer;
  beforeAll(async () => {
    server = await startOpenSearch();
  }, 300_000);
  afterAll(() => server?.stop());

  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { 'content-type': 'application/x-ndjson' };
    return (await (await fetch(`${server.url}${path}`, { headers, ...init })).json()) as {
      errors?: boolean;
      items?: { create: { _index: string; status: number } }[];
      hits?: { total: { value: number } };
    };
  };

  test('each kind gets a data stream with its fields, and a line is found by its trace', async () => {
    // Policies of retention are a plugin's, which this OpenSearch has not.
    const isTemplate = ({ path }: { path: string }) => path.startsWith('/_index_template/');
    expect(await applyTo(server.url, isTemplate)).toHaveLength(kinds().size);
    await applyTo(server.url, isTemplate);
    const trace = 'ab'.repeat(16);
    const at = new Date().toISOString();
    const lines = [...kinds().keys()].flatMap((kind) => [
      { create: { _index: `logs-ece.${kind}-test` } },
      kind === 'errors'
        ? { '@timestamp': at, TraceId: trace, Body: 'request failed', 'Attributes.exception.type': 'Error' }
        : {
            '@timestamp': at,
            trace_id: trace,
            kind,
            status: 200,
            level: 30,
            msg: 'request',
            other: { a: 1 },
          },
    ]);
    const body = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    const { errors, items } = await ask('/_bulk?refresh=true', { method: 'POST', body });
    expect(errors, JSON.stringify(items)).toBe(false);
    for (const [index, kind] of [...kinds().keys()].entries()) {
      expect(items![index]!.create._index).toMatch(new RegExp(`^\\.ds-logs-ece\\.${kind}-test-`));
      const query = kind === 'errors' ? `TraceId:${trace}` : `trace_id:${trace}`;
      const found = await ask(`/logs-ece.${kind}-*/_search?q=${encodeURIComponent(query)}`);
      expect(found.hits!.total.value).toBe(1);
    }
    // What is not listed is kept, and not searched.
    expect((await ask('/logs-ece.access-*/_search?q=other.a:1')).hits!.total.value).toBe(0);
  });
});

test('both engines keep each kind equally long', () => {
  const ends = (engine: 'elasticsearch' | 'opensearch') =>
    setupOf(engine)
      .filter(({ path }) => path.includes('polic'))
      .map(({ path, body }) => [path.split('-').at(-1), JSON.stringify(body).match(/"(\d+d)"/g)]);
  const days = [...kinds()].map(([kind, each]) => [
    kind,
    [each.rollover, each.warm, each.days].map((count) => `"${count}d"`),
  ]);
  expect(ends('elasticsearch')).toEqual(days);
  expect(ends('opensearch')).toEqual(days);
});
