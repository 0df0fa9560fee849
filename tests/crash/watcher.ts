import { createClient, type Feed } from '@ece/sdk';

/** Follows topics by the SDK, as a page does, and keeps what it was told. */
export interface Watcher {
  follow(topic: string): void;
  /** The last number of a topic, and how many events there were. */
  seen(topic: string): { last: number; count: number };
  topics(): string[];
  /** Numbers that came out of turn. */
  faults: string[];
  close(): void;
}

/** Opens the feed of an exchange. */
export function openWatcher(url: string): Watcher {
  const seen = new Map<string, { last: number; count: number }>();
  const faults: string[] = [];
  const feed: Feed = createClient({ url }).feed({
    event({ topic, sequence }) {
      const state = seen.get(topic)!;
      if (sequence !== state.last + 1) faults.push(`${topic}: ${sequence} came after ${state.last}`);
      state.last = sequence;
      state.count++;
    },
  });
  return {
    follow(topic) {
      seen.set(topic, { last: 0, count: 0 });
      feed.subscribe(topic, 0);
    },
    seen: (topic) => seen.get(topic)!,
    topics: () => [...seen.keys()],
    faults,
    close: () => feed.close(),
  };
}
