import type { Job } from '@ece/platform/jobs/runner';
import type { NftsContext } from './api.ts';
import { watchDeposits } from './deposits.ts';
import { prepare } from './minting.ts';
import { retryFailed } from './retrying.ts';

const RETRY_MS = 15_000;

/** The timers of this service. */
export function nftsJobs(context: NftsContext): Job[] {
  return [
    { name: 'nfts.prepare', everyMs: context.pollMs, run: () => prepare(context) },
    {
      name: 'nfts.retry',
      everyMs: RETRY_MS,
      run: async () => {
        await retryFailed(context);
        return false;
      },
    },
    {
      name: 'nfts.deposits',
      everyMs: context.pollMs,
      run: async () => {
        await watchDeposits(context);
        return false;
      },
    },
  ];
}
