import { beforeEach, expect, test } from 'vitest';
import { Breaker } from './breaker.ts';

let now = 0;
let changes: boolean[];
let breaker: Breaker;
beforeEach(() => {
  now = 1000;
  changes = [];
  breaker = new Breaker(
    (open) => changes.push(open),
    () => now,
  );
});

const fail = (times: number) => {
  for (let i = 0; i < times; i++) breaker.begin()!.failed();
};
const answer = (times: number) => {
  for (let i = 0; i < times; i++) breaker.begin()!.answered();
};

test('it opens after five failures in a row, and an answer between them begins the count anew', () => {
  fail(4);
  answer(1);
  fail(4);
  expect(breaker.open).toBe(false);
  fail(1);
  expect([breaker.open, breaker.begin(), breaker.retryAfter]).toEqual([true, undefined, 1]);
  expect(changes).toEqual([true]);
});

test('it opens when half of many calls fail, within ten seconds', () => {
  const alternate = (times: number) => {
    for (let i = 0; i < times; i++) {
      answer(1);
      fail(1);
    }
  };
  alternate(9);
  now += 10_001;
  alternate(9);
  expect(breaker.open).toBe(false);
  alternate(1);
  expect(breaker.open).toBe(true);
});

test('one call is let through after the pause; its answer closes the circuit, its failure doubles the pause', () => {
  fail(5);
  for (const seconds of [1, 2, 4, 8, 8]) {
    now += seconds * 1000 - 1;
    expect([breaker.begin(), breaker.retryAfter]).toEqual([undefined, 1]);
    now += 1;
    const probe = breaker.begin()!;
    expect(breaker.begin()).toBeUndefined();
    probe.failed();
    expect(breaker.begin()).toBeUndefined();
  }
  expect(breaker.retryAfter).toBe(8);
  now += 8000;
  breaker.begin()!.answered();
  expect([breaker.open, changes]).toEqual([false, [true, false]]);
  fail(4);
  expect(breaker.open).toBe(false);
  fail(1);
  expect(breaker.retryAfter).toBe(1);
});

test('calls that began before it opened say nothing, and one that is given up makes room for the next', () => {
  const early = [breaker.begin()!, breaker.begin()!];
  fail(5);
  early[0]!.answered();
  expect(breaker.open).toBe(true);
  now += 1000;
  breaker.begin()!.abandoned();
  const probe = breaker.begin()!;
  early[1]!.failed();
  expect(breaker.begin()).toBeUndefined();
  probe.answered();
  probe.failed();
  expect(breaker.open).toBe(false);
  now += 100;
  fail(5);
  now += 1000;
  expect(breaker.begin()).toBeDefined();
  expect(breaker.begin()).toBeUndefined();
  now += 60_000;
  expect(breaker.begin()).toBeDefined();
});
