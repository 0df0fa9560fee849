'use client';

import type { EventType, EventTypes, Feed, FeedEvent } from '@ece/sdk/browser';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { browserApi } from '../data/browser.ts';
import { patientParts } from './patient-parts.ts';

export type LiveState = 'connecting' | 'connected' | 'reconnecting';

type Handler = (event: FeedEvent) => void;

interface Topic {
  handlers: Set<Handler>;
}

/** One connection of this tab, shared by everything on it that follows a topic. */
class LiveFeed {
  #feed: Feed | undefined;
  #state: LiveState = 'connecting';
  #topics = new Map<string, Topic>();
  #listeners = new Set<() => void>();

  /**
   * Follows a topic.
   * @param after the number up to which the page knows the topic; events behind it come first
   */
  follow(topic: string, after: number | undefined, handler: Handler): () => void {
    this.#feed ??= browserApi().feed({
      event: (event) => {
        for (const each of this.#topics.get(event.topic)?.handlers ?? []) each(event);
      },
      state: (state) => {
        if (state !== 'closed') this.#become(state);
      },
    });
    const known = this.#topics.get(topic);
    if (known) known.handlers.add(handler);
    else this.#topics.set(topic, { handlers: new Set([handler]) });
    // Who comes later with a number of their own needs what happened since; handlers skip what they know.
    if (!known || after !== undefined) this.#feed.subscribe(topic, after);
    return () => {
      const entry = this.#topics.get(topic);
      entry?.handlers.delete(handler);
      if (entry?.handlers.size !== 0) return;
      this.#topics.delete(topic);
      this.#feed?.unsubscribe(topic);
    };
  }

  #become(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  state = (): LiveState => this.#state;

  listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

const FeedContext = createContext<LiveFeed | undefined>(undefined);

/** Opens the tab's connection when something first follows a topic, and keeps pages open while the server is away. */
export function FeedProvider({ children }: { children: ReactNode }) {
  const [feed] = useState(() => new LiveFeed());
  useEffect(() => {
    const plain = window.fetch;
    window.fetch = patientParts(plain.bind(window));
    return () => {
      window.fetch = plain;
    };
  }, []);
  return <FeedContext value={feed}>{children}</FeedContext>;
}

/**
 * Calls a handler with every event of a topic, in order, each once. After a lost connection what was missed
 * comes first.
 * @param topic undefined follows nothing
 * @param after the number up to which the page's data is good, e.g. an auction's `sequence`
 */
export function useTopic(topic: string | undefined, after: number | undefined, handler: Handler): void {
  const feed = useContext(FeedContext);
  const current = useRef(handler);
  const last = useRef(after ?? 0);
  useEffect(() => {
    current.current = handler;
  });
  useEffect(() => {
    if (!feed || !topic) return undefined;
    return feed.follow(topic, after, (event) => {
      if (event.sequence <= last.current) return;
      last.current = event.sequence;
      current.current(event);
    });
  }, [feed, topic, after]);
}

/** Whether an event is of a type, which tells what its data is. */
export function isEvent<T extends EventType>(
  event: FeedEvent,
  type: T,
): event is FeedEvent<T> & { data: EventTypes[T] } {
  return event.type === type;
}

/** Milliseconds for which a page says that the connection is back. */
const BACK_MS = 8000;

/** Whether the connection was lost while the page was open, and is back since a moment ago. */
export function useIsBack(): boolean {
  const state = useLiveState();
  const wasLost = useRef(false);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (state === 'reconnecting') wasLost.current = true;
    if (state !== 'connected' || !wasLost.current) return undefined;
    wasLost.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), BACK_MS);
    return () => {
      clearTimeout(timer);
      setBack(false);
    };
  }, [state]);
  return isBack;
}

/** How the tab's connection is. */
export function useLiveState(): LiveState {
  const feed = useContext(FeedContext);
  return useSyncExternalStore(
    feed?.listen ?? (() => () => {}),
    () => feed?.state() ?? 'connecting',
    () => 'connecting',
  );
}
