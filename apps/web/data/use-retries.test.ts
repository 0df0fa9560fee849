import { expect, test } from 'vitest';
import { pauseBefore } from './use-retries.ts';

test('a page tries again soon, then ever more seldom, and stops after some minutes', () => {
  const pauses: number[] = [];
  for (let pause = pauseBefore(0); pause !== undefined; pause = pauseBefore(pauses.length))
    pauses.push(pause);
  expect(pauses[0]).toBe(2000);
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(Math.max(...pauses)).toBe(20_000);
  const minutes = pauses.reduce((total, pause) => total + pause, 0) / 60_000;
  expect(minutes).toBeGreaterThan(4);
  expect(minutes).toBeLessThan(6);
});
