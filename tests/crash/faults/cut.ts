import type { Cut } from '../proxy.ts';
import { between, type Fault } from './fault.ts';

const WORDS: Record<Cut, string> = {
  'after-answer': 'after the COMMIT, before its answer',
  'after-sending': 'as soon as COMMIT was sent',
  'before-sending': 'before COMMIT was sent',
};

/** A connection to the database breaks at the worst moment: nobody knows whether the transaction is there. */
function cutting(cut: Cut): Fault {
  return {
    name: `cut-${cut}`,
    weight: 1,
    async strike({ site, ledger, random }) {
      const times = between(random, 1, 8);
      for (let n = 0; n < times; n++) {
        await site.proxy.cutNext(cut);
        await ledger.untilAnswered(1);
      }
      return `${times} ${times === 1 ? 'connection was' : 'connections were'} cut ${WORDS[cut]}`;
    },
  };
}

export const cuts: Fault[] = (Object.keys(WORDS) as Cut[]).map(cutting);
