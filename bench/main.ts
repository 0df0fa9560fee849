import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createProgress } from '../server/progress.ts';
import type { Row } from './bench.ts';
import { benches } from './benches/index.ts';
import { isMet } from './support/measure.ts';
import { formatList, formatRows, machineText } from './support/report.ts';

/*
 * `npm run bench` lists the benches. `npm run bench -- NAME…` runs some, `npm run bench -- all` runs every one.
 * Ends with 1 when a target is missed, unless the run was a quick one.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    pairs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    url: { type: 'string' },
  },
});

const names = positionals.includes('all') ? benches.map(({ name }) => name) : positionals;
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
const pairs = Number(values.pairs ?? (values.quick ? 2 : 7));
if (unknown.length > 0) fail(`There is no bench ${unknown.join(', ')}. \`npm run bench\` lists them.`);
if (!Number.isSafeInteger(pairs) || pairs < 1) fail('The number of pairs is a whole number from 1.');
if (names.length === 0) {
  console.log(
    `\n${formatList(benches)}\n\n  npm run bench -- NAME [--json FILE] [--pairs N] [--quick] [--url URL]\n`,
  );
} else {
  await runAll();
}

async function runAll(): Promise<void> {
  const rows: Row[] = [];
  console.log(`\n  ${machineText()}\n`);
  for (const { name, run } of benches.filter((bench) => names.includes(bench.name))) {
    const progress = createProgress(process.stderr);
    rows.push(...(await run({ pairs, quick: values.quick, url: values.url, progress })));
    progress.done();
    // Written after each bench, so that a long run that is cut short leaves what it has measured.
    if (values.json) writeFileSync(values.json, `${JSON.stringify(toJson(rows), null, 2)}\n`);
    console.error(`  ${name} is done`);
  }
  console.log(`\n${formatRows(rows)}\n\n  ${machineText()}\n`);
  if (values.quick) console.log('  A quick run shows that the benches work; its figures mean little.\n');
  else if (!rows.every(isMet)) process.exitCode = 1;
}

/** One row by itself, as programs that run one bench expect it. */
function toJson(rows: readonly Row[]): Row | readonly Row[] {
  return rows.length === 1 ? rows[0]! : rows;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
