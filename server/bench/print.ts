import { loadavg } from 'node:os';
import { type Figures, SLOW_MS } from './measure.ts';

/** The machine's load as it is now, which every figure has to be read with. */
export function loadText(): string {
  return `load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`;
}

/** A table of figures for people. */
export function formatFigures(figures: readonly Figures[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length), 4);
  const head = `${'read'.padEnd(width)}     p50 ms     p95 ms    SQL p95    ratio     bytes`;
  const lines = figures.map(({ name, p50, p95, sqlP95, bytes }) => {
    const cells = [p50, p95, sqlP95].map((ms) => ms.toFixed(1).padStart(11)).join('');
    const ratio = (p95 / sqlP95).toFixed(1).padStart(9);
    return `${name.padEnd(width)}${cells}${ratio}${String(bytes).padStart(10)}${p95 > SLOW_MS ? '  SLOW' : ''}`;
  });
  const slow = figures.filter(({ p95 }) => p95 > SLOW_MS).length;
  return [head, ...lines, '', `${slow} of ${figures.length} reads have a p95 above ${SLOW_MS} ms.`].join(
    '\n',
  );
}
