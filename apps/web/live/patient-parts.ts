/** Milliseconds for which parts of a page are asked for again, and between two attempts at first and at the most. */
const PATIENCE_MS = 45_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

type Fetch = typeof fetch;

/** Whether a request is the router's for parts of a page. */
function isForParts(init: RequestInit | undefined): boolean {
  return new Headers(init?.headers).has('rsc');
}

/**
 * Asks again for parts of a page that could not be had, as while the server restarts. The router would leave the page
 * at the first failure, and with it what somebody has typed, for one of the browser's that says that nothing is there.
 * Everything else is asked once.
 * @param rest waits some milliseconds
 */
export function patientParts(plain: Fetch, rest = pause): Fetch {
  return async (input, init) => {
    if (!isForParts(init)) return await plain(input, init);
    let left = PATIENCE_MS;
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const isLast = left <= 0;
      try {
        const answer = await plain(input, init);
        if (answer.status < 500 || isLast) return answer;
      } catch (error) {
        if (isLast || init?.signal?.aborted) throw error;
      }
      await rest(wait);
      left -= wait;
    }
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
