import type { SearchEngine, SearchReader } from './engine.ts';

/** Why another engine than the first one answers. */
export type Reason = 'away' | 'failed' | 'behind' | 'unbuilt';

/** What knows whether the first engine is to be asked, and hears how that went. */
export interface Guard {
  /** Undefined while the first engine is to be asked. */
  reason(): Exclude<Reason, 'failed'> | undefined;
  succeeded(): void;
  failed(error: unknown): void;
  /** Hears who answered: the first engine, or for a reason the second one. */
  answered(reason: Reason | undefined): void;
}

/**
 * Reads the first engine, and the second one where the first is not to be asked or does not answer. Answers of
 * the second one are labelled. Cursors fit both.
 */
export function withFallback(first: SearchReader, second: SearchEngine, guard: Guard): SearchReader {
  async function ask<T extends object>(call: (engine: SearchReader) => Promise<T>): Promise<T> {
    let reason: Reason | undefined = guard.reason();
    if (!reason) {
      try {
        const answer = await call(first);
        guard.succeeded();
        guard.answered(undefined);
        return answer;
      } catch (error) {
        guard.failed(error);
        reason = 'failed';
      }
    }
    guard.answered(reason);
    return { ...(await call(second)), fallback: true };
  }
  return {
    search: (query) => ask((engine) => engine.search(query)),
    suggest: (text, limit) => ask((engine) => engine.suggest(text, limit)),
  };
}
