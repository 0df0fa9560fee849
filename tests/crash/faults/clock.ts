import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Fault, pass } from './fault.ts';

const HOURS_MS = 2 * 3_600_000;

/** The clock of the server's machine is stepped, and set right again. PostgreSQL's is the one that counts. */
function stepping(sign: 1 | -1): Fault {
  return {
    name: sign === 1 ? 'clock-forward' : 'clock-back',
    weight: 1,
    async strike({ site, ledger }) {
      const set = async (offset: number) => {
        writeFileSync(site.clockFile, String(offset));
        site.exchange.signal('SIGUSR2');
        while (isElsewhere(`${site.clockFile}.set`, offset)) await pass(20);
      };
      await set(sign * HOURS_MS);
      await ledger.untilAnswered(30);
      await set(0);
      return `the server's clock was two hours ${sign === 1 ? 'ahead' : 'behind'} for a while`;
    },
  };
}

/** Whether the server has not yet said that it has taken an offset. */
function isElsewhere(file: string, offset: number): boolean {
  return !existsSync(file) || readFileSync(file, 'utf8') !== String(offset);
}

export const clocks: Fault[] = [stepping(1), stepping(-1)];
