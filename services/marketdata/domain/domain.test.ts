import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeBetween } from './change.ts';
import { type CardFloor, floorsByHour, type HourFloor, lowestFloors, type Span } from './floors.ts';
import { bucketOf, type Candle, planSeries, SPARKLINE, sparkline, toWeeks } from './series.ts';
import { DAY, dayOf, HOUR, hourOf, nextHour } from './time.ts';
import { WINDOWS, windowsAt } from './windows.ts';

const times = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });
const prices = fc.bigInt({ min: 1n, max: 10n ** 15n });

describe('change', () => {
  test.each([
    [100n, 150n, 50],
    [150n, 100n, -33.33],
    [3n, 5n, 66.67],
    [200n, 201n, 0.5],
    [100_000n, 100_005n, 0.01],
    [100_000n, 99_995n, -0.01],
    [100_000n, 100_004n, 0],
    [100_000n, 99_996n, 0],
  ])('from %i to %i is %d percent', (from, to, percent) => {
    expect(changeBetween(from, to)).toEqual({ from, amount: to - from, percent });
  });

  test('is nothing to speak of where a price is missing or the first one is nothing', () => {
    expect(changeBetween(undefined, 1n)).toBeUndefined();
    expect(changeBetween(1n, null)).toBeUndefined();
    expect(changeBetween(0n, 1n)).toBeUndefined();
  });

  test('leads from one price to the other, and has its sign', () => {
    fc.assert(
      fc.property(prices, prices, (from, to) => {
        const change = changeBetween(from, to)!;
        expect(change.from + change.amount).toBe(to);
        expect(Math.sign(change.percent) * Number(change.amount)).toBeGreaterThanOrEqual(0);
        expect(Object.is(change.percent, -0)).toBe(false);
      }),
    );
  });
});

describe('windows', () => {
  test('end now; their whole hours begin less than an hour after they do', () => {
    fc.assert(
      fc.property(times, (now) => {
        for (const { name, from, hours } of windowsAt(new Date(now))) {
          expect(from.getTime()).toBe(now - WINDOWS[name]);
          expect(hourOf(hours.getTime())).toBe(hours.getTime());
          expect(hours.getTime() - from.getTime()).toBeGreaterThanOrEqual(0);
          expect(hours.getTime() - from.getTime()).toBeLessThan(HOUR);
        }
      }),
    );
    expect(nextHour(7 * HOUR)).toBe(7 * HOUR);
    expect(nextHour(7 * HOUR + 1)).toBe(8 * HOUR);
  });
});

describe('series', () => {
  const now = new Date('2026-03-04T05:06:07.008Z');

  test.each([
    ['24h', undefined, 'hour', '2026-03-03T05:00:00.000Z'],
    ['7d', 'day', 'day', '2026-02-25T00:00:00.000Z'],
    ['30d', undefined, 'day', '2026-02-02T00:00:00.000Z'],
    ['30d', 'hour', 'hour', '2026-02-02T05:00:00.000Z'],
    ['90d', 'week', 'week', '2025-12-01T00:00:00.000Z'],
    ['1y', undefined, 'day', '2025-03-04T00:00:00.000Z'],
  ] as const)('%s by %s is by the %s from %s on', (range, bucket, width, from) => {
    expect(planSeries(now, range, bucket)).toEqual({ bucket: width, from: new Date(from) });
  });

  test('everything is by the week and has no beginning; long ranges are not shown by the hour', () => {
    expect(planSeries(now, 'all')).toEqual({ bucket: 'week', from: null });
    for (const range of ['90d', '1y', 'all'] as const) expect(planSeries(now, range, 'hour')).toBeUndefined();
  });

  test('a bucket begins at its hour, day or Monday, at the most its length before', () => {
    fc.assert(
      fc.property(times, (at) => {
        expect(new Date(bucketOf(at, 'hour')).toISOString()).toMatch(/:00:00\.000Z$/);
        expect(new Date(bucketOf(at, 'day')).toISOString()).toMatch(/T00:00:00\.000Z$/);
        const week = new Date(bucketOf(at, 'week'));
        expect([week.getUTCDay(), week.getTime() % DAY]).toEqual([1, 0]);
        expect(at - week.getTime()).toBeLessThan(7 * DAY);
      }),
    );
  });

  test('weeks keep what their days have', () => {
    const day = fc.record({
      day: fc.integer({ min: 0, max: 60 }),
      open: prices,
      close: prices,
      sales: prices,
    });
    fc.assert(
      fc.property(fc.uniqueArray(day, { selector: (each) => each.day }), (list) => {
        const days = list
          .toSorted((a, b) => a.day - b.day)
          .map(({ day: n, open, close, sales }): Candle => {
            const [low, high] = open < close ? [open, close] : [close, open];
            return { start: new Date(n * DAY), open, close, low, high, sales, volume: sales * open };
          });
        const weeks = toWeeks(days);
        const sum = (candles: Candle[], of: 'sales' | 'volume') =>
          candles.reduce((n, each) => n + each[of], 0n);
        expect(sum(weeks, 'sales')).toBe(sum(days, 'sales'));
        expect(sum(weeks, 'volume')).toBe(sum(days, 'volume'));
        for (const week of weeks) {
          const own = days.filter((each) => bucketOf(each.start.getTime(), 'week') === week.start.getTime());
          expect([week.open, week.close]).toEqual([own[0]!.open, own.at(-1)!.close]);
          expect(own.every((each) => each.high <= week.high && each.low >= week.low)).toBe(true);
          expect(own.some((each) => each.high === week.high)).toBe(true);
          expect(own.some((each) => each.low === week.low)).toBe(true);
        }
      }),
    );
  });
});

describe('sparkline', () => {
  test('goes from the price before to the last one, and keeps a price until the next sale', () => {
    const now = new Date(100 * DAY + 5 * HOUR + 1);
    const hour = (n: number) => new Date(hourOf(now.getTime()) - n * HOUR);
    const line = sparkline(now, '24h', 7n, [
      { start: hour(22), close: 8n },
      { start: hour(3), close: 9n },
      { start: hour(0), close: 10n },
    ]);
    expect(line).toEqual([7n, ...Array(19).fill(8n), 9n, 9n, 9n, 10n]);
  });

  test('has its points, and ends with the last price', () => {
    fc.assert(
      fc.property(
        times,
        fc.constantFrom('24h', '7d'),
        fc.array(prices, { maxLength: 20 }),
        (at, window, list) => {
          const closes = list.map((close, index) => ({
            start: new Date(hourOf(at) - (list.length - 1 - index) * HOUR),
            close,
          }));
          const line = sparkline(new Date(at), window, 1n, closes);
          expect(line).toHaveLength(SPARKLINE[window].points);
          expect(line.at(-1)).toBe(list.at(-1) ?? 1n);
        },
      ),
    );
    expect(dayOf(DAY + 1)).toBe(DAY);
  });
});

describe('floors by the hour', () => {
  const span = fc
    .record({ price: fc.bigInt(1n, 6n), from: fc.nat(40), length: fc.option(fc.nat(30)) })
    .map(({ price, from, length }): Span => {
      const unit = HOUR / 4;
      return { price, from: from * unit, until: length === null ? null : (from + length) * unit };
    });

  /** Looks at every hour by itself. */
  function naive(spans: Span[], since: number | null): HourFloor[] {
    const floors: HourFloor[] = [];
    let last: bigint | null = null;
    for (let start = 0; start < 20 * HOUR; start += HOUR) {
      const end = start + HOUR;
      const open = spans.filter(({ from, until }) => from < end && (until === null || until >= end));
      const prices = open.map(({ price }) => price).sort((a, b) => (a < b ? -1 : 1));
      const floor = prices[0] ?? null;
      if (floor !== last && (since === null || start >= since)) floors.push({ start, floor });
      last = floor;
    }
    return floors;
  }

  test('are those of each hour looked at by itself', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        expect(floorsByHour(spans, null)).toEqual(naive(spans, null));
      }),
    );
  });

  test('from an hour on are the later ones of all, made of what was open then or later', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), fc.nat(20), (spans, hour) => {
        const since = hour * HOUR;
        const later = spans.filter(({ until }) => until === null || until >= since);
        expect(floorsByHour(later, since)).toEqual(
          floorsByHour(spans, null).filter(({ start }) => start >= since),
        );
      }),
    );
  });
});

test('the floor of a set is at every time the lowest of its cards, and is told only when it changes', () => {
  const change = fc.record({
    card: fc.constantFrom('a', 'b', 'c'),
    start: fc.integer({ min: 0, max: 12 }),
    floor: fc.option(fc.bigInt({ min: 1n, max: 5n })),
  });
  fc.assert(
    fc.property(fc.array(change), (drafts) => {
      const changes: CardFloor[] = drafts.toSorted((a, b) => a.start - b.start);
      const told = lowestFloors(changes);
      for (let at = 0; at <= 12; at++) {
        const floors = ['a', 'b', 'c'].flatMap(
          (card) => changes.findLast((each) => each.card === card && each.start <= at)?.floor ?? [],
        );
        const low = floors.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? null;
        expect(told.findLast(({ start }) => start <= at)?.floor ?? null).toBe(low);
      }
      for (const [index, { start, floor }] of told.slice(1).entries()) {
        expect(start).toBeGreaterThan(told[index]!.start);
        expect(floor).not.toBe(told[index]!.floor);
      }
    }),
  );
});
