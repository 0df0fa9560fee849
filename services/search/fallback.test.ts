import { expect, test } from 'vitest';
import type { SearchEngine } from './engine.ts';
import { type Guard, type Reason, withFallback } from './fallback.ts';
import { aQuery } from './test-conformance.ts';

const empty = { set: [], card: [], person: [] };
const engine = (next: string, suggest: SearchEngine['suggest'] = async () => empty) =>
  ({
    search: async () => ({ hits: [], next, total: null, facets: null }),
    suggest,
  }) as unknown as SearchEngine;

function guarded(reason: ReturnType<Guard['reason']>) {
  const told: unknown[] = [];
  const guard: Guard = {
    reason: () => reason,
    succeeded: () => told.push('succeeded'),
    failed: (error) => told.push(error),
    answered: (why?: Reason) => told.push(why ?? 'engine'),
  };
  return { guard, told };
}

test('the first engine answers, without a label', async () => {
  const { guard, told } = guarded(undefined);
  const result = await withFallback(engine('first'), engine('second'), guard).search(aQuery('x'));
  expect([result.next, result.fallback]).toEqual(['first', undefined]);
  expect(told).toEqual(['succeeded', 'engine']);
});

test('the second one answers with a label where the first is not to be asked, or fails', async () => {
  const { guard, told } = guarded('behind');
  const result = await withFallback(engine('first'), engine('second'), guard).search(aQuery('x'));
  expect([result.next, result.fallback]).toEqual(['second', true]);
  expect(told).toEqual(['behind']);
  const failure = new Error('broken');
  const failing = guarded(undefined);
  const broken = engine('first', () => Promise.reject(failure));
  expect(await withFallback(broken, engine('second'), failing.guard).suggest('x', 1)).toEqual({
    ...empty,
    fallback: true,
  });
  expect(failing.told).toEqual([failure, 'failed']);
});

test('what the second one throws is thrown on', async () => {
  const slow = engine('second', () => Promise.reject(new Error('too slow')));
  await expect(withFallback(engine('first'), slow, guarded('away').guard).suggest('x', 1)).rejects.toThrow(
    'too slow',
  );
});
