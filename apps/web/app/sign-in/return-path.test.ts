import { expect, test } from 'vitest';
import { safeReturn } from './return-path.ts';

test.each([
  [undefined, '/'],
  ['/auctions/1?x=2', '/auctions/1?x=2'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [['/a', '/b'], '/'],
])('after signing in, %j leads to %s', (wanted, path) => {
  expect(safeReturn(wanted)).toBe(path);
});
