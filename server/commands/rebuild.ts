import { withOperator } from '../operator.ts';
import { createProgress } from '../progress.ts';
import { rebuildServices } from '../rebuild.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

/** `ece rebuild`: derives read models from the truth again, all of them or those of some services. */
export async function rebuild(names: string[], options: CommonOptions): Promise<void> {
  const progress = createProgress(process.stderr);
  const result = await withOperator(settings(options), ({ byName }) =>
    rebuildServices(byName, names, progress),
  );
  if (!result.ok) fail(result.problem);
  for (const { name, rows } of result.rebuilt) {
    console.log(`Rebuilt ${name}: ${rows.toLocaleString('en')} rows.`);
  }
  if (result.rebuilt.length === 0) console.log('Nothing here is derived: there is nothing to rebuild.');
}
