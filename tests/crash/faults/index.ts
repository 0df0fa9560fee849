import { clocks } from './clock.ts';
import { cuts } from './cut.ts';
import { diskFull } from './disk.ts';
import type { Fault } from './fault.ts';
import { freezeExchange, freezePostgres, freezeRelay } from './freeze.ts';
import { killBackend, killExchange, killPostgres, killRelay } from './kill.ts';

/** Processes that die at a random point. */
export const kills: readonly Fault[] = [killExchange, killRelay, killPostgres, killBackend];

export const faults: readonly Fault[] = [
  ...kills,
  freezeExchange,
  freezeRelay,
  freezePostgres,
  ...cuts,
  ...clocks,
  diskFull,
];
