import { cpus, loadavg } from 'node:os';
import type { Bench, Row } from '../bench.ts';
import { isMet } from './measure.ts';

/** The machine as it is now, which every figure has to be read with. */
export function machineText(): string {
  const load = loadavg().map((each) => each.toFixed(1));
  return `${cpus().length} cores, load average ${load.join(', ')}, Node ${process.version}`;
}

/** The list of benches with their targets. */
export function formatList(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return benches
    .flatMap(({ name, about, goals }) => [
      `  ${name.padEnd(width)}  ${about}`,
      ...goals.map((goal) => `  ${''.padEnd(width)}    ${goal.ratio}: ${targetText(goal)}`),
    ])
    .join('\n');
}

/** A table of what was measured. */
export function formatRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    targetText(row),
    figure(row.ratio),
    `${figure(row.spread[0])}–${figure(row.spread[1])}`,
    figure(row.ours),
    figure(row.reference),
    String(row.pairs.length),
    isMet(row) ? 'met' : 'MISSED',
  ]);
  const head = ['bench', 'target', 'ratio', 'spread', 'ours', 'reference', 'pairs', 'verdict'];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((line) => line[i]!.length)));
  const line = (texts: string[]) =>
    `  ${texts
      .map((text, i) => (i === 0 || i === 7 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()}`;
  return [line(head), ...rows.flatMap((row, i) => [line(cells[i]!), ...notesOf(row)])].join('\n');
}

const notesOf = ({ notes = [] }: Row) => notes.map((note) => `      ${note}`);

function targetText({ better, target }: { better: 'higher' | 'lower'; target: number }): string {
  return `${better === 'higher' ? '≥' : '≤'} ${target}`;
}

/** A figure with three digits that matter. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
