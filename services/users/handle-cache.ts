/** How long an entry is used: how stale a handle can be that another process has changed. */
const MAX_AGE_MS = 3_000;
const MAX_ENTRIES = 10_000;

/** Handles by account id, bounded in number and age. */
export interface HandleCache {
  /** Handles of the ids, from memory or else from `read`. */
  get(
    ids: string[],
    read: (missing: string[]) => Promise<Map<string, string>>,
  ): Promise<Record<string, string>>;
  /** Forgets an id whose handle has just changed; a read that is under way will not bring it back. */
  forget(id: string): void;
}

/** Makes a cache. `now` gives milliseconds that never run backwards. */
export function createHandleCache(now: () => number = () => performance.now()): HandleCache {
  const entries = new Map<string, { handle: string; readAt: number }>();
  let changes = 0;

  const keep = (id: string, handle: string, readAt: number) => {
    entries.delete(id);
    entries.set(id, { handle, readAt });
    if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value!);
  };

  return {
    async get(ids, read) {
      const readAt = now();
      const found: Record<string, string> = {};
      const missing: string[] = [];
      for (const id of new Set(ids)) {
        const entry = entries.get(id);
        if (entry && readAt - entry.readAt < MAX_AGE_MS) found[id] = entry.handle;
        else missing.push(id);
      }
      if (missing.length === 0) return found;
      const before = changes;
      for (const [id, handle] of await read(missing)) {
        found[id] = handle;
        // What was read may be older than a change that came meanwhile.
        if (changes === before) keep(id, handle, readAt);
      }
      return found;
    },
    forget(id) {
      changes++;
      entries.delete(id);
    },
  };
}
