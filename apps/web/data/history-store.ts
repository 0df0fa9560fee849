/** Things of this tab that are kept, the newest ones. */
const MOST = 24;
const kept = new Map<string, unknown>();

let moves = 0;
globalThis.navigation?.addEventListener('currententrychange', () => {
  moves += 1;
});

/** How often this tab has gone from one entry of its history to another. */
export const movesMade = (): number => moves;

/** Browsers that do not tell the entries of their history apart keep nothing. */
function keyOf(name: string): string | undefined {
  const entry = globalThis.navigation?.currentEntry?.key;
  return entry && `${entry} ${name}`;
}

/** Keeps something with the open entry of the browser's history, until the tab is loaded anew. */
export function keepHere(name: string, value: unknown): void {
  const key = keyOf(name);
  if (key === undefined) return;
  kept.delete(key);
  kept.set(key, value);
  if (kept.size > MOST) kept.delete(kept.keys().next().value!);
}

/**
 * What was kept by that name when this entry of the history was open before: people have come back to it.
 * Undefined on the server and for a new entry.
 */
export function keptHere<T>(name: string): T | undefined {
  const key = keyOf(name);
  return key === undefined ? undefined : (kept.get(key) as T | undefined);
}
