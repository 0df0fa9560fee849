import { afterEach, expect, test, vi } from 'vitest';
import { newId } from './index.ts';

afterEach(() => {
  vi.useRealTimers();
});

const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

test('ids are UUIDs of version 7 with the time in front', () => {
  const before = Date.now();
  const id = newId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(timeOf(id)).toBeGreaterThanOrEqual(before);
  expect(timeOf(id)).toBeLessThanOrEqual(Date.now() + 1);
});

test('ids of one process are all different and rise, also within a millisecond', () => {
  const ids = Array.from({ length: 200_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id, i) => i === 0 || id > ids[i - 1]!)).toBe(true);
});

test('ids go on rising when the clock is set back', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  const late = newId();
  vi.setSystemTime(Date.now() - 30_000);
  const next = Array.from({ length: 5000 }, newId);
  expect([late, ...next].every((id, i, all) => i === 0 || id > all[i - 1]!)).toBe(true);
});
