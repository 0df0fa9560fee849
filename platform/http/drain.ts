import type { Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How a process leaves without losing a call. */
export interface Drain {
  /** True once the process is about to stop: it is not ready any more. */
  readonly begun: boolean;
  /** Lets connections end with their next answer, and settles after a time in which others learn to go elsewhere. */
  begin(ms: number): Promise<void>;
}

/**
 * Makes a server able to leave. Until it closes it answers every call; what stands before it sees that it is not
 * ready, and clients that keep connections open are told with each answer to open another one (RFC 9112, 9.6).
 * Closed at once instead, a connection can end just as a call is sent on it.
 */
export function drainOf(server: Server): Drain {
  let begun = false;
  return {
    get begun() {
      return begun;
    },
    async begin(ms) {
      if (begun) return;
      begun = true;
      server.prependListener('request', (_request: unknown, response: ServerResponse) => {
        response.shouldKeepAlive = false;
      });
      if (ms > 0) await delay(ms);
    },
  };
}
