import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operations } from '@ece/contract';
import type { Sql } from '@ece/platform/db/database';
import { expect, test } from 'vitest';
import { createMeasuring, percentile } from './measure.ts';
import { formatFigures } from './print.ts';
import { allReads } from './reads.ts';
import type { Person } from './subjects.ts';

const id = '0190a5c8-0000-7000-8000-000000000001';
const person = (handle: string, role: Person['role'] = 'collector'): Person => ({ id, handle, role });

test('percentiles are values that were measured', () => {
  const values = Array.from({ length: 20 }, (_, i) => 20 - i);
  expect([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1)]).toEqual([10, 19, 20]);
  expect(percentile([7], 0.95)).toBe(7);
});

test('every read is a GET of the contract, named once', () => {
  const reads = allReads(
    {
      sets: [{ id, code: 'TEST' }],
      cards: [{ id, name: 'Night Owl', setId: id }],
      ...{ copies: [id], auctions: [id], listings: [id], offers: [id] },
      ...{ most: person('most'), typical: person('typical'), admin: person('operator', 'admin') },
    },
    ({ handle }) => `token of ${handle}`,
  );
  const gets = Object.values(operations)
    .flatMap((calls) => Object.values(calls))
    .filter(({ method }) => method === 'GET')
    .map(({ path, access }) => ({ access, form: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`) }));
  for (const { paths, token } of reads) {
    const asked = paths[0]!.split('?')[0]!;
    const call = gets.find(({ form }) => form.test(asked));
    expect(call, asked).toBeDefined();
    if (call!.access !== 'public') expect(token, asked).toBeDefined();
  }
  expect(new Set(reads.map(({ name }) => name)).size).toBe(reads.length);
  expect(reads.length).toBeGreaterThan(60);
});

test('a read is measured over one connection, and an answer that is none ends it', async () => {
  const seen: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization} ${request.headers['x-mine']}`);
    response.writeHead(request.url === '/api/v1/bad' ? 404 : 200).end('{}');
  }).listen(0, '127.0.0.1');
  server.on('connection', () => connections++);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { measure, close } = createMeasuring({ url, sql: {} as Sql, headers: { 'x-mine': '1' } });
  const indexes: number[] = [];
  const rows = async (_: Sql, index: number) => void indexes.push(index);
  const figures = await measure({ name: 'a', paths: ['/a', '/b'], rows, token: 't' }, 4);
  expect(figures).toMatchObject({ name: 'a', requests: 4, bytes: 2 });
  expect(seen.slice(-2)).toEqual(['/api/v1/a Bearer t 1', '/api/v1/b Bearer t 1']);
  expect(connections).toBe(1);
  expect(indexes.slice(-4)).toEqual([0, 1, 0, 1]);
  await expect(measure({ name: 'b', paths: ['/bad'], rows }, 1)).rejects.toThrow('404');
  close();
  server.close();
});

test('the table marks what takes too long', () => {
  const figures = { requests: 9, p50: 1, sqlP95: 2, bytes: 3 };
  const text = formatFigures([
    { ...figures, name: 'quick', p95: 4 },
    { ...figures, name: 'late', p95: 100.1 },
  ]);
  expect(text).toMatch(/quick .* 2\.0 +3$/m);
  expect(text).toMatch(/late .*SLOW$/m);
  expect(text).toContain('1 of 2 reads');
});
