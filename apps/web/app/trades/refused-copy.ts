import type { EceError } from '@ece/sdk/browser';
import type { TradeCopy } from './goods.ts';

/** The copy that a refusal names, in words; undefined where it names none of these. */
export function refusedCopy(refusal: EceError | undefined, copies: readonly TradeCopy[]): string | undefined {
  const id = refusal?.problem?.data?.copyId;
  const copy = copies.find((each) => each.id === id);
  return copy && `${copy.name} #${copy.serial}`;
}
