import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BasisMove, outcomesOf } from './cost-basis.ts';
import { csvLine } from './csv.ts';
import { daysOf } from './range.ts';

const money = fc.bigInt({ min: 0n, max: 10n ** 12n });
const copies = fc.array(fc.record({ cost: money, price: fc.option(money, { nil: undefined }) }), {
  maxLength: 4,
});

/** A trade between `a` and `b`: the copies of each, and the cash that a pays (negative: gets), with a's fee. */
const trade = fc.record({
  a: copies,
  b: copies,
  cash: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  fee: fc.bigInt({ min: 0n, max: 10n ** 9n }),
});

describe('a trade', () => {
  test('loses nothing: cost and gain of each side are what it gave, paid and got', () => {
    fc.assert(
      fc.property(trade, ({ a, b, cash, fee }) => {
        const move = (owner: string, other: string) => (_: unknown, i: number) =>
          ({
            copyId: `${owner}${i}`,
            fromId: owner,
            toId: other,
            kind: 'trade',
            price: null,
            fee: null,
            royalty: null,
          }) satisfies BasisMove;
        const moves = [...a.map(move('a', 'b')), ...b.map(move('b', 'a'))];
        const all = [
          ...a.map((copy, i) => ({ ...copy, id: `a${i}` })),
          ...b.map((copy, i) => ({ ...copy, id: `b${i}` })),
        ];
        const outcomes = outcomesOf({
          moves,
          given: new Map(all.map(({ id, cost }) => [id, { cost, fromId: null }])),
          cash: new Map([
            ['a', -cash - fee],
            ['b', cash],
          ]),
          prices: new Map(all.flatMap(({ id, price }) => (price === undefined ? [] : [[id, price]]))),
        });
        const sum = (owner: string, pick: 'cost' | 'realised' | 'proceeds') =>
          outcomes
            .filter(({ copyId }) => copyId.startsWith(owner))
            .reduce((total, outcome) => total + outcome[pick]!, 0n);
        const costs = (list: { cost: bigint }[]) => list.reduce((total, { cost }) => total + cost, 0n);
        for (const [own, other, gives, paid] of [
          ['a', 'b', a, cash + fee],
          ['b', 'a', b, -cash],
        ] as const) {
          const receives = own === 'a' ? b : a;
          const carried = costs(gives) + paid;
          if (receives.length > 0) {
            expect(sum(other, 'cost')).toBe(carried < 0n ? 0n : carried);
            if (gives.length > 0) expect(sum(own, 'realised')).toBe(carried < 0n ? -carried : 0n);
          } else if (gives.length > 0) {
            expect(sum(own, 'proceeds')).toBe(paid < 0n ? -paid : 0n);
          }
          for (const outcome of outcomes) expect(outcome.realised).toBe(outcome.proceeds! - costOf(outcome));
        }
        function costOf({ copyId }: { copyId: string }): bigint {
          return all.find(({ id }) => id === copyId)!.cost;
        }
        for (const { cost } of outcomes) expect(cost).toBeGreaterThanOrEqual(0n);
      }),
    );
  });

  test('of a copy whose cost nobody knows makes costs that nobody knows', () => {
    const move = { kind: 'trade', price: null, fee: null, royalty: null };
    const outcomes = outcomesOf({
      moves: [
        { ...move, copyId: 'x', fromId: 'a', toId: 'b' },
        { ...move, copyId: 'y', fromId: 'b', toId: 'a' },
      ],
      given: new Map([
        ['x', { cost: null, fromId: null }],
        ['y', { cost: 7n, fromId: null }],
      ]),
      cash: new Map(),
      prices: new Map(),
    });
    expect(outcomes).toMatchObject([
      { copyId: 'x', cost: 7n, realised: null },
      { copyId: 'y', cost: null, realised: 0n },
    ]);
  });
});

describe('a line of a table', () => {
  test('comes out of a reader as it went in, but for an apostrophe before what would be run', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2 }), (cells) => {
        const line = csvLine(cells);
        expect(line.endsWith('\r\n')).toBe(true);
        const read = readLine(line);
        expect(read).toHaveLength(cells.length);
        for (const [i, cell] of cells.entries()) {
          expect([cell, `'${cell}`]).toContain(read[i]);
          if (/^[=+@\t\r-]/.test(read[i]!)) expect(read[i]).toMatch(/^-?\d+(\.\d+)?$/);
        }
      }),
    );
  });

  test('keeps numbers below zero numbers', () => {
    expect(csvLine(['-1.5', '-1+2', '=A1', null, 3, 'a"b'])).toBe(`-1.5,'-1+2,'=A1,,3,"a""b"\r\n`);
  });
});

/** The cells of one line by RFC 4180. */
function readLine(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let text = '';
      for (at++; line[at] !== '"' || line[at + 1] === '"'; at++) {
        if (line[at] === '"') at++;
        text += line[at];
      }
      cells.push(text);
      at++;
    } else {
      const end = /[,\r]/.exec(line.slice(at))!.index + at;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (line[at] === '\r') return cells;
    at++;
  }
}

test('a range begins where it says, and long ones have a point a week', () => {
  expect(daysOf('7d', '2030-01-31', undefined)).toEqual({ from: '2030-01-25', step: 1 });
  expect(daysOf('1y', '2030-01-31', undefined)).toEqual({ from: '2029-02-01', step: 1 });
  expect(daysOf('all', '2030-01-31', '2029-12-01')).toEqual({ from: '2029-12-01', step: 1 });
  expect(daysOf('all', '2030-01-31', '2020-01-01')).toEqual({ from: '2020-01-01', step: 7 });
  expect(daysOf('all', '2030-01-31', undefined)).toEqual({ from: '2030-01-31', step: 1 });
});
