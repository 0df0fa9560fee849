import { snapshotsOf } from '@ece/platform/invariants';
import { withOperator } from '../operator.ts';
import { createProgress } from '../progress.ts';
import { formatResults, invariantChecks, isClean, pauseBriefly, runChecks, toJson } from '../verify/index.ts';
import { type CommonOptions, settings } from './settings.ts';

/**
 * `ece verify`: checks every invariant and prints what each check looked at. The exit code is 1 when something
 * is broken or could not be checked. At a terminal, or where it is asked for, each check tells of itself while
 * it runs.
 */
export async function verify(options: CommonOptions & { json?: boolean; verbose?: boolean }): Promise<void> {
  const progress = process.stderr.isTTY || options.verbose ? createProgress(process.stderr) : undefined;
  const results = await withOperator(settings(options), async ({ resources, services }) => {
    const { chain } = await resources.chainParts();
    const snapshot = snapshotsOf(resources.db);
    const checks = invariantChecks(services, { shared: true, chain });
    return await runChecks(checks, {
      ...{ snapshot, pause: pauseBriefly },
      onStart: ({ invariant, title }) => progress?.step(`${invariant} ${title}`),
    });
  });
  progress?.done();
  console.log(options.json ? JSON.stringify(toJson(results), null, 2) : formatResults(results));
  if (!isClean(results)) process.exitCode = 1;
}
