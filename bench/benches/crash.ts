import { kills } from '../../tests/crash/faults/index.ts';
import { runRig } from '../../tests/crash/rig.ts';
import type { Bench, Goal } from '../bench.ts';
import { toRow } from '../support/measure.ts';

/*
 * What 200 kills leave behind: people bid, list and buy through the public API of an exchange of real processes,
 * and the server, the process of the feed, PostgreSQL or one of its processes is killed at a random point, again
 * and again. Calls without an answer are repeated under their key. Ours are answers that have left no effect, and
 * effects that no call of their own was answered for; the reference is how many calls were answered.
 *
 * Power cuts are not part of it: what the system has taken from PostgreSQL stays.
 */
const KILLS = 200;
const QUICK_KILLS = 4;

const goals: readonly Goal[] = [
  {
    name: 'crash: lost',
    ratio: 'answers whose effect is lost ÷ calls that were answered, over 200 kills',
    target: 0,
    better: 'lower',
  },
  {
    name: 'crash: twice',
    ratio: 'effects without a call of their own ÷ calls that were answered, over 200 kills',
    target: 0,
    better: 'lower',
  },
];

export const crash: Bench = {
  name: 'crash',
  about: 'what is lost or doubled when processes are killed',
  goals,
  async run({ quick, progress }) {
    const rounds = quick ? QUICK_KILLS : KILLS;
    progress.step('Killing processes while people trade');
    const found: string[] = [];
    let done = 0;
    const result = await runRig({
      ...{ seed: 1, rounds, faults: kills },
      onSkip: () => {},
      onRound(_, { wrong }) {
        found.push(...wrong);
        progress.update(++done, rounds);
      },
    });
    if (result.failed > 0 && result.lost + result.twice === 0) throw new Error(found.join('\n'));
    const { answers, unanswered, bids } = result;
    const notes = [
      `${result.passed} kills, ${answers} calls answered, ${bids} of them bids; ${unanswered} attempts without an answer`,
    ];
    return [result.lost, result.twice].map((count, index) =>
      toRow(goals[index]!, [{ ours: count, reference: answers }], notes),
    );
  },
};
