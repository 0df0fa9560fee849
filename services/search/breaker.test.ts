import { expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

test('it opens after failures in a row, is due after a pause that doubles, and a success closes it', () => {
  let now = 0;
  const breaker = createBreaker(() => now);
  expect([breaker.isClosed(), breaker.isDue()]).toEqual([false, true]);
  breaker.succeeded();
  for (let i = 0; i < 4; i++) breaker.failed();
  breaker.succeeded();
  for (let i = 0; i < 4; i++) breaker.failed();
  expect([breaker.isClosed(), breaker.isDue()]).toEqual([true, false]);
  breaker.failed();
  expect([breaker.isClosed(), breaker.isDue()]).toEqual([false, false]);
  const pauses: number[] = [];
  for (let probe = 0; probe < 8; probe++) {
    const from = now;
    while (!breaker.isDue()) {
      now += 100;
      // What was under way when it opened does not put the next probe off.
      if (now - from === 500) for (let i = 0; i < 9; i++) breaker.failed();
    }
    pauses.push(now - from);
    breaker.failed();
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  breaker.succeeded();
  expect(breaker.isClosed()).toBe(true);
});
