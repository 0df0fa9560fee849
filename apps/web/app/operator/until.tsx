import { StatePill } from '@ece/ui/badge';
import { ExactTime } from '@ece/ui/time';

/** When something ended, or that it is still on, in the words given. */
export function Until({ at, stillOn }: { at: string | null; stillOn: string }) {
  return at ? <ExactTime at={at} /> : <StatePill tone="warn">{stillOn}</StatePill>;
}
