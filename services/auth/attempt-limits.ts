import { type Err, refuse } from '@ece/contract';
import { clientKey } from '@ece/platform/http/client-key';
import { type Bucket, type BucketRule, fullBucket, giveBack, take } from './domain/token-bucket.ts';

/** Guesses at one account's password, from wherever they come. */
const PER_EMAIL: BucketRule = { capacity: 10, perSecond: 1 / 30 };
/** Wrong sign-ins from one client, for whichever accounts. */
const PER_ADDRESS: BucketRule = { capacity: 100, perSecond: 1 };
/** Registrations from one client. */
const REGISTRATIONS: BucketRule = { capacity: 300, perSecond: 1 };

const MAX_KEYS = 20_000;

/** Counts attempts by a key; the keys least recently used are forgotten past a bound. */
interface Limit {
  /** Seconds to wait; 0 when the attempt may go on. */
  take(key: string): number;
  giveBack(key: string): void;
}

function createLimit(rule: BucketRule, now: () => number): Limit {
  const buckets = new Map<string, Bucket>();
  const keep = (key: string, bucket: Bucket) => {
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value!);
  };
  return {
    take(key) {
      const at = now();
      const taken = take(buckets.get(key) ?? fullBucket(rule, at), rule, at);
      keep(key, taken.bucket);
      return taken.retryAfter;
    },
    giveBack(key) {
      const bucket = buckets.get(key);
      if (bucket) keep(key, giveBack(bucket, rule));
    },
  };
}

/** Slows down guessing. Kept in this process's memory: each process of the service counts for itself. */
export interface AttemptLimits {
  /** Counts a sign-in; refusal `too_many_requests` with `data.retryAfter` in seconds. */
  signIn(email: string, address: string): Err | undefined;
  /** Takes a sign-in back that was right: only wrong ones count. */
  signedIn(email: string, address: string): void;
  /** Counts a registration. */
  register(address: string): Err | undefined;
}

/** Makes limits. `now` gives milliseconds that never run backwards. */
export function createAttemptLimits(now: () => number = () => performance.now()): AttemptLimits {
  const emails = createLimit(PER_EMAIL, now);
  const addresses = createLimit(PER_ADDRESS, now);
  const registrations = createLimit(REGISTRATIONS, now);
  return {
    signIn(email, address) {
      return refusal(addresses.take(clientKey(address)) || emails.take(email));
    },
    signedIn(email, address) {
      addresses.giveBack(clientKey(address));
      emails.giveBack(email);
    },
    register: (address) => refusal(registrations.take(clientKey(address))),
  };
}

function refusal(retryAfter: number): Err | undefined {
  return retryAfter > 0
    ? refuse('too_many_requests', `Try again in ${retryAfter} seconds.`, { retryAfter })
    : undefined;
}
