import type { OrderedEvent } from '@ece/platform/outbox/reader';

/** Ended sessions that are remembered; an access token outlives its session by minutes. */
const MOST = 20_000;

/** The sessions that this process has seen end: what is left of their access tokens opens nothing. */
export class EndedSessions {
  readonly #ids = new Set<string>();

  has(sessionId: string): boolean {
    return this.#ids.has(sessionId);
  }

  /** Learns from events; gives the sessions that they end. */
  learn(events: readonly OrderedEvent[]): ReadonlySet<string> {
    const ended = new Set<string>();
    for (const { type, data } of events) {
      if (type !== 'session.ended' || !Array.isArray(data.sessionIds)) continue;
      for (const id of data.sessionIds as string[]) ended.add(id);
    }
    for (const id of ended) this.#ids.add(id);
    for (const id of this.#ids) {
      if (this.#ids.size <= MOST) break;
      this.#ids.delete(id);
    }
    return ended;
  }
}
