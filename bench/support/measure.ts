import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Goal, Pair, Row, Run } from '../bench.ts';

/** Seconds of one tick of /proc; Linux has shown 100 a second to programs on every architecture for decades. */
const TICK_SECONDS = 0.01;

/**
 * CPU seconds that processes and all their descendants have used since they began, PostgreSQL's backends
 * included: those that have ended are in their parent's account. Needs Linux.
 */
export function cpuSeconds(roots: readonly number[]): number {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (stat) stats.set(Number(name), stat);
  }
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = stats.get(at)?.parent) {
      if (roots.includes(at)) return true;
    }
    return false;
  };
  let ticks = 0;
  for (const [pid, stat] of stats) if (isOurs(pid)) ticks += stat.ticks;
  return ticks * TICK_SECONDS;
}

interface Stat {
  parent: number;
  /** Its own, and those of its children that have ended. */
  ticks: number;
  childTicks: number;
}

function readStat(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name, which may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
    const childTicks = childUser! + childSystem!;
    return { parent: Number(fields[1]), ticks: user! + system! + childTicks, childTicks };
  } catch {
    return undefined; // It has just ended.
  }
}

/** The process that has started another one. */
export function parentOf(pid: number): number {
  const stat = readStat(String(pid));
  if (!stat) throw new Error(`there is no process ${pid}`);
  return stat.parent;
}

/** CPU seconds of this process's children that have ended. */
export function endedChildrenSeconds(): number {
  return readStat('self')!.childTicks * TICK_SECONDS;
}

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
