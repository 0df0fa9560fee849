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
  expect(safeReturn({ next: wanted })).toBe(path);
});

test('what was asked of the page goes along', () => {
  expect(safeReturn({ next: '/sell', copy: ['one', 'two'], way: 'auction' })).toBe(
    '/sell?copy=one&copy=two&way=auction',
  );
  expect(safeReturn({ next: '/orders?view=sold', view: undefined })).toBe('/orders?view=sold');
  expect(safeReturn({ next: '//evil.example', copy: 'one' })).toBe('/');
});
