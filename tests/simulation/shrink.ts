import { type Action, tell } from './actions.ts';
import { type Parts, type Run, START, simulate } from './simulate.ts';

/** Most runs that making a story shorter may take. */
const MOST_RUNS = 600;

/** Fewer actions that still lead to a failure. */
export interface Story {
  actions: readonly Action[];
  failure: string;
  /** One line for each action, and what is wrong at the end. */
  text: string;
}

/**
 * Makes a failed run short: leaves out halves, quarters, and so on, as long as the rest still fails (delta
 * debugging, Zeller and Hildebrandt 2002).
 */
export function shrink(run: Run, seed: number, parts: Parts): Story {
  let actions: readonly Action[] = run.actions;
  let failure = run.failure!;
  let runs = 0;
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < actions.length && runs < MOST_RUNS; ) {
      const rest = [...actions.slice(0, from), ...actions.slice(from + size)];
      runs++;
      const again = simulate({ seed, life: { actions: rest }, parts });
      if (again.failure) {
        actions = rest;
        failure = again.failure;
      } else {
        from += size;
      }
    }
  }
  const lines = actions.toSorted((a, b) => a.at - b.at).map((action) => tell(action, START));
  return { actions, failure, text: [...lines, `wrong: ${failure}`].join('\n') };
}
