import { parseArgs } from 'node:util';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

/*
 * Simulates the exchange hour by hour, each from a seed of its own: `npm run simulate -- --hours 100 --seed 1`.
 * A failure is told as a short story, and its seed repeats it.
 */
const HOUR = 3_600_000;
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, hours: { type: 'string', default: '24' } },
});
const first = Number(values.seed);
const hours = Number(values.hours);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(hours) || hours < 1) {
  console.error('--seed and --hours take whole numbers');
  process.exit(2);
}

const began = process.cpuUsage();
let virtualMs = 0;
let actions = 0;
let failures = 0;
for (let seed = first; seed < first + hours; seed++) {
  const run = simulate({ seed, life: { lasts: HOUR } });
  virtualMs += run.virtualMs;
  actions += run.actions.length;
  console.log(
    `seed ${seed}: ${run.actions.length} actions, ${run.commits} commits, ${run.hash.slice(0, 16)}`,
  );
  if (!run.failure) continue;
  failures++;
  console.log(`\nThe rules are broken. In short:\n${shrink(run, seed, {}).text}\n`);
}
const { user, system } = process.cpuUsage(began);
const cpuMs = (user + system) / 1000;
console.log(
  `\n${actions} actions in ${(virtualMs / HOUR).toFixed(1)} hours, ${(cpuMs / 1000).toFixed(1)} s of CPU: ` +
    `${Math.round(virtualMs / cpuMs)} times as fast as they would take`,
);
console.log(`${hours - failures} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
