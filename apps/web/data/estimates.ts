import type { Ece } from '@ece/sdk/browser';
import type { Estimates } from './types.ts';

/** Copies that one call asks for at the most. */
const MOST = 100;

/** What copies are worth, by id. Those without an estimate are left out. */
export async function estimatesOf(
  ece: Pick<Ece, 'portfolio'>,
  copyIds: readonly string[],
  signal?: AbortSignal,
): Promise<Estimates> {
  const calls = [];
  for (let at = 0; at < copyIds.length; at += MOST) {
    const part = copyIds.slice(at, at + MOST).join(',');
    calls.push(ece.portfolio.estimates({ copyIds: part }, signal ? { signal } : {}));
  }
  const answers = await Promise.all(calls);
  return Object.fromEntries(answers.flatMap(({ items }) => items.map((item) => [item.copyId, item])));
}
