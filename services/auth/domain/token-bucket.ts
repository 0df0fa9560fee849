/** A bucket of tokens that fills again with time. */
export interface Bucket {
  tokens: number;
  /** Milliseconds, of any clock that does not run backwards. */
  at: number;
}

export interface BucketRule {
  /** Most tokens that it holds: how many attempts may come at once. */
  capacity: number;
  /** Tokens that it gains in a second: how many attempts may come in the long run. */
  perSecond: number;
}

/** A bucket that nobody has taken from. */
export function fullBucket(rule: BucketRule, now: number): Bucket {
  return { tokens: rule.capacity, at: now };
}

/** The bucket as it is now, with what it has gained since it was looked at last. */
export function refill(bucket: Bucket, rule: BucketRule, now: number): Bucket {
  const gained = (Math.max(0, now - bucket.at) / 1000) * rule.perSecond;
  return { tokens: Math.min(rule.capacity, bucket.tokens + gained), at: Math.max(now, bucket.at) };
}

/** What a bucket says to an attempt: the bucket afterwards and, where it refuses, the whole seconds to wait. */
export type Taken = { bucket: Bucket; retryAfter: number };

/** Takes one token; `retryAfter` is 0 when there was one. */
export function take(bucket: Bucket, rule: BucketRule, now: number): Taken {
  const filled = refill(bucket, rule, now);
  if (filled.tokens >= 1) return { bucket: { ...filled, tokens: filled.tokens - 1 }, retryAfter: 0 };
  return { bucket: filled, retryAfter: Math.max(1, Math.ceil((1 - filled.tokens) / rule.perSecond)) };
}

/** Puts one token back. */
export function giveBack(bucket: Bucket, rule: BucketRule): Bucket {
  return { ...bucket, tokens: Math.min(rule.capacity, bucket.tokens + 1) };
}
