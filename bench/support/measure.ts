import { performance } from 'node:perf_hooks';
import { cpuSeconds } from '@ece/platform/telemetry/process-cpu';
import type { Goal, Pair, Row, Run } from '../bench.ts';

/** What work took: seconds by the clock, and CPU seconds of some process trees. */
export interface Cost<T> {
  value: T;
  seconds: number;
  cpu: number;
}

/** Does work and says what it took. */
export async function costOf<T>(roots: readonly number[], work: () => Promise<T>): Promise<Cost<T>> {
  const cpu = cpuSeconds(roots);
  const began = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - began) / 1000, cpu: cpuSeconds(roots) - cpu };
}

/**
 * Measures pairs, A B A B, after one of each that does not count. Which side goes first alternates, so that a
 * machine that slows down hurts both.
 */
export async function measurePairs(
  { pairs, progress }: Run,
  what: string,
  sides: { ours: () => Promise<number>; reference: () => Promise<number> },
): Promise<Pair[]> {
  progress.step(`${what}: warming up`);
  await sides.reference();
  await sides.ours();
  progress.step(what);
  const measured: Pair[] = [];
  for (let i = 0; i < pairs; i++) {
    progress.update(i, pairs, 'pairs');
    if (i % 2 === 0) {
      const ours = await sides.ours();
      measured.push({ ours, reference: await sides.reference() });
    } else {
      const reference = await sides.reference();
      measured.push({ ours: await sides.ours(), reference });
    }
  }
  progress.update(pairs, pairs, 'pairs');
  return measured;
}

/** The row of a goal. */
export function toRow(goal: Goal, pairs: readonly Pair[], notes: string[] = []): Row {
  const ratios = pairs.map(({ ours, reference }) => ours / reference);
  return {
    name: goal.name,
    ratio: median(ratios),
    target: goal.target,
    better: goal.better,
    ours: median(pairs.map((pair) => pair.ours)),
    reference: median(pairs.map((pair) => pair.reference)),
    pairs: [...pairs],
    spread: [Math.min(...ratios), Math.max(...ratios)],
    ...(notes.length > 0 && { notes }),
  };
}

/** Whether a row reaches its target. */
export function isMet({ ratio, target, better }: Pick<Row, 'ratio' | 'target' | 'better'>): boolean {
  return better === 'higher' ? ratio >= target : ratio <= target;
}

/** The middle of some figures; NaN where there are none. */
export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

/** The figure that a share of the figures does not exceed, linearly between neighbours; NaN where there are none. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
