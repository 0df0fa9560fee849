import { cpuSeconds } from '@ece/platform/telemetry/process-cpu';
import type { Progress } from './progress.ts';

/** What a step of long work has cost. */
export interface StepCost {
  name: string;
  /** Seconds by the clock. */
  seconds: number;
  /** Seconds of processors, of this process and all that it has started. */
  cpu: number;
  /** What it went through; undefined for a step that told of no number. */
  rows: { count: number; what: string } | undefined;
}

/** Progress that also keeps what each step has cost. */
export interface CostedProgress extends Progress {
  costs(): StepCost[];
}

/**
 * CPU seconds that this process and its descendants have used since they began: what has ended is in its
 * parent's account. Where there is no /proc, it is this process alone.
 */
export function cpuOfAll(): number {
  if (process.platform !== 'linux') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
  return cpuSeconds([process.pid]);
}

/**
 * Keeps what the steps of a progress cost, and passes everything on.
 * @param cpu gives CPU seconds since any moment that stays the same
 */
export function keepCosts(progress: Progress, cpu: () => number = cpuOfAll): CostedProgress {
  const costs: StepCost[] = [];
  let current: (StepCost & { began: number; cpuBegan: number }) | undefined;
  const finish = () => {
    if (!current) return;
    const { name, rows, began, cpuBegan } = current;
    costs.push({ name, rows, seconds: (performance.now() - began) / 1000, cpu: cpu() - cpuBegan });
    current = undefined;
  };
  return {
    step(name) {
      progress.step(name);
      finish();
      current = { name, seconds: 0, cpu: 0, rows: undefined, began: performance.now(), cpuBegan: cpu() };
    },
    update(done, total, what = '') {
      progress.update(done, total, what);
      if (current && what) current.rows = { count: total, what };
    },
    done() {
      progress.done();
      finish();
    },
    costs: () => costs,
  };
}

/** A table of steps with their sum, for people. */
export function formatCosts(costs: readonly StepCost[]): string {
  const total = (of: (cost: StepCost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0);
  const rows = [
    ['step', 'time', 'CPU', 'rows'],
    ...costs.map(({ name, seconds, cpu, rows: of }) => [
      name,
      secondsText(seconds),
      secondsText(cpu),
      of ? `${of.count.toLocaleString('en')} ${of.what}` : '',
    ]),
    ['total', secondsText(total((cost) => cost.seconds)), secondsText(total((cost) => cost.cpu)), ''],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, seconds, cpu, of]) =>
      `  ${name!.padEnd(widths[0]!)}  ${seconds!.padStart(widths[1]!)}  ${cpu!.padStart(widths[2]!)}  ${of}`.trimEnd(),
    )
    .join('\n');
}

const secondsText = (seconds: number) => `${seconds.toFixed(1)} s`;
