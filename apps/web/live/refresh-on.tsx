'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useTopic } from './feed.tsx';

/** A sale causes several events at once. */
const GATHER_MS = 150;

interface RefreshOnProps {
  topic: string;
  /** Milliseconds for which further events are gathered, however many there are. */
  gatherMs?: number;
}

/** Renders the page anew, with fresh data of the server, when something happens on a topic. */
export function RefreshOn({ topic, gatherMs = GATHER_MS }: RefreshOnProps) {
  const router = useRouter();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useTopic(topic, undefined, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      router.refresh();
    }, gatherMs);
  });
  return null;
}
