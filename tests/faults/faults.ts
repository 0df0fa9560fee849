import { custodyFaults } from './custody-faults.ts';
import { derivedFaults } from './derived-faults.ts';
import type { Fault } from './fault.ts';
import { gateFaults } from './gate-faults.ts';
import { logFaults } from './log-faults.ts';
import { notificationFaults } from './notification-faults.ts';
import { portfolioFaults } from './portfolio-faults.ts';
import { copyFaults, moneyFaults } from './vault-faults.ts';

/** All damage that is done to tables. */
export const faults: Fault[] = [
  ...moneyFaults,
  ...copyFaults,
  ...logFaults,
  ...gateFaults,
  ...custodyFaults,
  ...portfolioFaults,
  ...derivedFaults,
  ...notificationFaults,
];
