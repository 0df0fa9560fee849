import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageCache, toPage } from './page-cache.ts';

const page = (text: string) => toPage(Buffer.from(text), 'application/json');

function cacheAt(limits: { maxPages?: number; maxBytes?: number } = {}) {
  const clock = { at: 0 };
  const cache = new PageCache({
    ...{ maxAgeMs: 100, maxPages: 3, maxBytes: 1_000, ...limits },
    now: () => clock.at,
  });
  return { cache, clock };
}

test('a page is kept for its time and no longer', () => {
  const { cache, clock } = cacheAt();
  cache.keep('/a', page('1'), cache.generation);
  clock.at = 99;
  expect(cache.get('/a')?.body.toString()).toBe('1');
  clock.at = 100;
  expect(cache.get('/a')).toBeUndefined();
  expect(cache.size).toEqual({ pages: 0, bytes: 0 });
});

test('what was begun before something happened is not kept', () => {
  const { cache } = cacheAt();
  const begun = cache.generation;
  cache.keep('/a', page('old'), begun);
  cache.clear();
  expect(cache.get('/a')).toBeUndefined();
  cache.keep('/a', page('old'), begun);
  expect(cache.get('/a')).toBeUndefined();
  cache.keep('/a', page('new'), cache.generation);
  expect(cache.get('/a')?.body.toString()).toBe('new');
});

test('equal bytes have equal validators, others have others', () => {
  expect(page('x').etag).toBe(page('x').etag);
  expect(page('x').etag).not.toBe(page('y').etag);
  expect(page('x').etag).toMatch(/^"[\w-]{27}"$/);
});

test('never more pages or bytes than allowed, and the last one kept is there', () => {
  const steps = fc.array(fc.record({ name: fc.nat(9), bytes: fc.nat(60) }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (kept) => {
      const { cache } = cacheAt({ maxPages: 4, maxBytes: 100 });
      for (const { name, bytes } of kept) {
        cache.keep(`/${name}`, page('x'.repeat(bytes)), cache.generation);
        expect(cache.size.pages).toBeLessThanOrEqual(4);
        expect(cache.size.bytes).toBeLessThanOrEqual(100);
        expect(cache.get(`/${name}`)?.body.length).toBe(bytes);
      }
      let bytes = 0;
      for (let name = 0; name < 10; name++) bytes += cache.get(`/${name}`)?.body.length ?? 0;
      expect(cache.size.bytes).toBe(bytes);
    }),
  );
});
