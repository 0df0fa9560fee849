import { parseArgs } from 'node:util';
import { faults, kills } from './faults/index.ts';
import { runRig } from './rig.ts';

/*
 * `npm run faults` lets people trade on an exchange of real processes and breaks something in each round:
 * processes are killed or stand still, connections break at a COMMIT, the disk is full, the clock is stepped.
 * `--rounds N`, `--seed N`, `--only kill-server,cut-after-answer`, `--kills` for processes that die alone, `--once`
 * for each fault once.
 * A seed repeats the faults and their points; what meets what at that moment is up to the machine.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    kills: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const names = values.only?.split(',');
const chosen = (values.kills ? kills : faults).filter(({ name }) => !names || names.includes(name));
const rounds = values.once ? chosen.length : Number(values.rounds);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(rounds) || rounds < 1 || chosen.length === 0) {
  console.error(
    `--rounds and --seed take whole numbers, --only some of ${faults.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const skipped: string[] = [];
console.log(`\n  ${rounds} rounds, seed ${seed}. The feed hears every event twice and out of order.\n`);
const run = runRig({
  ...{ seed, rounds, faults: chosen },
  onSkip({ name }, reason) {
    skipped.push(name);
    console.log(`  SKIPPED ${name}: ${reason}`);
  },
  onRound({ number, fault, afterCalls }, { did, wrong, milliseconds, answers, unanswered, backAfterMs }) {
    const calls = `${answers} calls answered, ${unanswered} attempts lost, back after ${(backAfterMs / 1000).toFixed(1)} s`;
    const seconds = (milliseconds / 1000).toFixed(1);
    console.log(
      `  ${wrong.length === 0 ? '✓' : '✗'} ${number} ${fault} after ${afterCalls} calls: ${did}; ${calls} (${seconds} s)`,
    );
    for (const text of wrong) console.log(`      ${text}`);
  },
});
const result = await run.catch((error: Error) => {
  console.log(`\n  The run has ended: ${error.message}\n\n0 passed, 1 failed`);
  process.exit(1);
});
console.log(
  `\n  ${result.answers} calls were answered, ${result.bids} of them bids, after ${result.unanswered} attempts without an answer.` +
    `\n  Lost: ${result.lost}. Twice: ${result.twice}. After each round: the invariants, the numbers of each topic, and` +
    `\n  what a client of the feed has seen. When a fault was over, ten calls more were answered within` +
    `\n  ${(result.slowestReturnMs / 1000).toFixed(1)} s each time.\n`,
);
console.log(
  `${result.passed} passed, ${result.failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
);
process.exitCode = result.failed === 0 ? 0 : 1;
