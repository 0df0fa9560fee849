import { describe, expect, test } from 'vitest';
import { bugs } from './bugs.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

const HOUR = 3_600_000;

/** Seeds that a bug may take to show itself. */
const SEEDS = 40;
/** Actions that a failure may take to tell. */
const SHORT = 20;

test.each([1, 2, 3, 4, 5, 6, 7])('the rules and the oracle agree for an hour (seed %i)', (seed) => {
  const run = simulate({ seed, life: { lasts: HOUR } });
  expect(run.failure).toBeUndefined();
  // It is an exchange that lives: everything that can be done was done, and was refused.
  for (const deed of DEEDS) expect(run.answers.get(deed) ?? 0, deed).toBeGreaterThan(0);
  expect([...run.answers.keys()].filter((word) => word.startsWith('!')).length).toBeGreaterThan(20);
});

const DEEDS = [
  ...[
    'deposit',
    'withdraw',
    'list',
    'cancelListing',
    'purchase',
    'auction',
    'cancelAuction',
    'bid',
    'buyNow',
  ],
  ...['offer', 'acceptOffer', 'declineOffer', 'withdrawOffer'],
  ...['trade', 'counter', 'acceptTrade', 'declineTrade', 'withdrawTrade'],
];

test('the same seed gives the same run, and another seed another one', () => {
  const hash = (seed: number) => simulate({ seed, life: { lasts: HOUR / 4 } }).hash;
  expect(hash(7)).toBe(hash(7));
  expect(hash(7)).not.toBe(hash(8));
});

test('what was done in a run leads to the same end when it is done again', () => {
  const run = simulate({ seed: 9, life: { lasts: HOUR / 4 } });
  const again = simulate({ seed: 9, life: { actions: run.actions } });
  expect(again.failure).toBeUndefined();
  expect(again.answers).toEqual(run.answers);
});

describe('a planted bug is found, and told in a few lines', () => {
  test.each(bugs.map((bug) => [bug.name, bug] as const))('%s', (_, { parts }) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = simulate({ seed, life: { lasts: HOUR / 2 }, parts });
      if (!run.failure) continue;
      const story = shrink(run, seed, parts);
      expect(story.actions.length, story.text).toBeLessThanOrEqual(SHORT);
      return;
    }
    expect.fail('it was not found');
  });
});
