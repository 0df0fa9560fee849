import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { giveBack, type HaltSpan, joinHalts, type Schedule, type Span } from './halts.ts';

const halts = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 0, max: 20 }) }), {
    maxLength: 6,
  })
  .map((list): Span[] => list.map(({ at, length }) => ({ at, until: at + length })));
const auction = fc
  .record({ startsAt: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 40 }) })
  .map(({ startsAt, length }): Schedule => ({ startsAt, endsAt: startsAt + length }));

/** The rule counted out: an auction is open, moment by moment, until it has had its length. */
function counted(auction: Schedule, spans: readonly Span[]): Schedule {
  const isHalted = (moment: number) => spans.some(({ at, until }) => at <= moment && moment < until);
  let left = auction.endsAt - auction.startsAt;
  let moment = auction.startsAt;
  let first: number | undefined;
  for (; left > 0; moment++) {
    if (isHalted(moment)) continue;
    first ??= moment;
    left--;
  }
  return { startsAt: first!, endsAt: moment };
}

describe('time given back', () => {
  test('is what the halts took, counted moment by moment; overlapping halts count once', () => {
    fc.assert(
      fc.property(auction, halts, (given, spans) => {
        const back = giveBack(given, joinHalts(spans, -1).over);
        expect(back.endsAt).toBe(counted(given, spans).endsAt);
        expect(back.startsAt).toBeGreaterThanOrEqual(given.startsAt);
        expect(spans.some(({ at, until }) => at < back.startsAt && back.startsAt < until)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('comes to the same, however often it is counted on the way', () => {
    fc.assert(
      fc.property(auction, halts, fc.array(fc.integer({ min: 0, max: 90 })), (given, spans, looks) => {
        let state = given;
        let after = -1;
        for (const now of [...looks.toSorted((a, b) => a - b), 1_000]) {
          // What somebody who looks at `now` knows of the halts.
          const known = spans
            .filter(({ at, until }) => at < until && at <= now)
            .map(({ at, until }): HaltSpan => ({ at, until: until <= now ? until : null }));
          const { over, since } = joinHalts(known, after);
          state = giveBack(state, over);
          after = since ?? now;
        }
        expect(state).toEqual(giveBack(given, joinHalts(spans, -1).over));
      }),
      { numRuns: 2000 },
    );
  });

  test('a start in a halt moves to its end and keeps the length', () => {
    expect(giveBack({ startsAt: 15, endsAt: 40 }, [{ at: 10, until: 30 }])).toEqual({
      startsAt: 30,
      endsAt: 55,
    });
  });

  test('an auction that had ended gets nothing, nor does one that began later', () => {
    const given = { startsAt: 10, endsAt: 20 };
    expect(giveBack(given, [{ at: 0, until: 10 }])).toEqual(given);
    expect(giveBack(given, [{ at: 20, until: 30 }])).toEqual(given);
    expect(giveBack(given, [{ at: 19, until: 30 }])).toEqual({ startsAt: 10, endsAt: 31 });
  });
});

describe('joined halts', () => {
  test('tell since when trading has been halted by any of them', () => {
    const spans = [
      { at: 10, until: 20 },
      { at: 15, until: null },
      { at: 1, until: 5 },
    ];
    expect(joinHalts(spans, 0)).toEqual({ over: [{ at: 1, until: 5 }], since: 10 });
    expect(joinHalts(spans, 5)).toEqual({ over: [], since: 10 });
    expect(joinHalts([], 0)).toEqual({ over: [], since: null });
  });
});
