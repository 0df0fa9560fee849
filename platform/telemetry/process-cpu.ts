import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of one tick of /proc; Linux has shown 100 a second to programs on every architecture for decades. */
const TICK_SECONDS = 0.01;

/**
 * CPU seconds that processes and all their descendants have used since they began, PostgreSQL's backends
 * included: those that have ended are in their parent's account. Needs Linux.
 */
export function cpuSeconds(roots: readonly number[]): number {
  const stats = readStats();
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = stats.get(at)?.parent) {
      if (roots.includes(at)) return true;
    }
    return false;
  };
  let ticks = 0;
  for (const [pid, stat] of stats) if (isOurs(pid)) ticks += stat.ticks;
  return ticks * TICK_SECONDS;
}

/** Every process of this machine. */
function readStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (stat) stats.set(Number(name), stat);
  }
  return stats;
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

/** The processes that a process has started and that are still there. Needs Linux. */
export function childrenOf(pid: number): number[] {
  return [...readStats()].filter(([, { parent }]) => parent === pid).map(([child]) => child);
}

/** CPU seconds of this process's children that have ended. */
export function endedChildrenSeconds(): number {
  return readStat('self')!.childTicks * TICK_SECONDS;
}
