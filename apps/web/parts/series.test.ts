import { expect, test } from 'vitest';
import type { CardSeries } from '../data/types.ts';
import { bucketsOf } from './series.ts';

const day = (date: number, hour = 0) => new Date(Date.UTC(2030, 0, date, hour)).toISOString();
const sold = (date: number, close: string, volume = close) => ({
  ...{ start: day(date), open: close, high: close, low: close, close, volume, sales: 1 },
});
const series = (part: Partial<CardSeries>): CardSeries => ({
  ...{ bucket: 'day', from: day(1), to: day(6, 9), points: [], floors: [], ...part },
});

test('price and floor stay until they change, and volume is that of each bucket', () => {
  const buckets = bucketsOf(
    series({
      points: [sold(2, '5'), sold(4, '7.5', '15')],
      floors: [
        { start: day(1), floor: '6' },
        { start: day(3), floor: null },
        { start: day(5), floor: '9' },
      ],
    }),
  );
  expect(buckets.map(({ start }) => start)).toEqual([1, 2, 3, 4, 5, 6].map((date) => day(date)));
  expect(buckets.map(({ price }) => price)).toEqual([null, 5, 5, 7.5, 7.5, 7.5]);
  expect(buckets.map(({ floor }) => floor)).toEqual([6, 6, null, null, 9, 9]);
  expect(buckets.map(({ volume }) => volume)).toEqual([0, 5, 0, 15, 0, 0]);
});

test('all of the time begins with the first thing that is known', () => {
  const buckets = bucketsOf(
    series({ from: null, points: [sold(5, '3')], floors: [{ start: day(3), floor: '2' }] }),
  );
  expect(buckets.map(({ start }) => start)).toEqual([3, 4, 5, 6].map((date) => day(date)));
  expect(bucketsOf(series({}))).toEqual([]);
});

test('of too many buckets the latest are shown, and what was known before them stays', () => {
  const buckets = bucketsOf(
    series({ to: new Date(Date.UTC(2035, 0)).toISOString(), points: [sold(2, '5')] }),
  );
  expect(buckets).toHaveLength(750);
  expect(buckets.at(-1)).toMatchObject({ start: new Date(Date.UTC(2035, 0)).toISOString(), price: 5 });
});
