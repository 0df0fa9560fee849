import { availableParallelism } from 'node:os';
import { type Err, ok, type Result, refuse } from '@ece/contract';
import { hash, verify } from '@node-rs/argon2';
import { normalisePassword } from './domain/password.ts';

/**
 * argon2id (the library's default) with 19 MiB, two passes and one lane: the first choice of the OWASP
 * Password Storage Cheat Sheet.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * A well-formed hash of our parameters that no password has: salt and digest are zeros. Checking against it
 * costs what checking a real one costs.
 */
const NOBODYS_HASH = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Hashes at once: a core stays free for everything else, and so do threads of Node's pool of four. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Hashes that may wait; more would only be answered after their callers have given up. */
const WAITING = 100;

/** Password hashing with a bound on its share of the machine. Both refuse with `overloaded`. */
export interface Passwords {
  hash(password: string): Promise<Result<string>>;
  /** True when the password is the hash's. Without a hash it takes as long and is false. */
  matches(password: string, stored: string | undefined): Promise<Result<boolean>>;
}

/** Makes the hashing of one process; `waiting` bounds how many may wait for their turn. */
export function createPasswords(waiting = WAITING): Passwords {
  let running = 0;
  const queue: (() => void)[] = [];

  async function bounded<T>(work: () => Promise<T>): Promise<Result<T>> {
    if (running < AT_ONCE) running++;
    else if (queue.length >= waiting) return overloaded();
    // Whoever ends hands its place over, so `running` stays as it is.
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return ok(await work());
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    hash: (password) => bounded(() => hash(normalisePassword(password), PARAMETERS)),
    matches: (password, stored) =>
      bounded(async () => {
        const same = await verify(stored ?? NOBODYS_HASH, normalisePassword(password));
        return same && stored !== undefined;
      }),
  };
}

function overloaded(): Err {
  return refuse('overloaded', 'Many people are signing in. Try again in a few seconds.', { retryAfter: 5 });
}
