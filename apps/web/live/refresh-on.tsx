'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useTopic } from './feed.tsx';

/** Milliseconds for which further events are gathered: a sale causes several at once. */
const GATHER_MS = 150;

/** Renders the page anew, with fresh data of the server, when something happens on a topic. */
export function RefreshOn({ topic }: { topic: string }) {
  const router = useRouter();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useTopic(topic, undefined, () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => router.refresh(), GATHER_MS);
  });
  return null;
}
