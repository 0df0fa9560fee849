'use client';

import { useEffect, useState } from 'react';
import { type UiWords, useNow, useUi } from './context.tsx';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/**
 * How long ago or ahead something is, in words.
 * @param seconds from now; negative for the past
 */
export function relativeWords(seconds: number, locale: string, now: string): string {
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return now;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return format.format(Math.trunc(seconds / step[1]), step[0]);
}

/** When something happened: in words, and exactly, in the reader's time zone, when pointed at. */
export function RelativeTime({ at }: { at: string }) {
  const { locale, words } = useUi();
  const now = useNow();
  const [exact, setExact] = useState<string>();
  useEffect(() => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
    setExact(format.format(new Date(at)));
  }, [at, locale]);
  return (
    <time className="when" dateTime={at} title={exact}>
      {relativeWords((Date.parse(at) - now) / 1000, locale, words.now)}
    </time>
  );
}

/**
 * A date and a time in the reader's time zone. Only the reader's device knows it: until it says so, UTC stands in, in
 * the same form.
 */
export function ExactTime({ at }: { at: string }) {
  const { locale } = useUi();
  const [timeZone, setTimeZone] = useState<string | undefined>('UTC');
  useEffect(() => setTimeZone(undefined), []);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return (
    <time className="when" dateTime={at} suppressHydrationWarning>
      {format.format(new Date(at))}
    </time>
  );
}

const URGENT_SECONDS = 60;

/** The time that is left, in its two largest units. */
export function remainingWords(seconds: number, words: UiWords): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const d = Math.floor(seconds / 86_400);
  const h = Math.floor((seconds % 86_400) / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = seconds % 60;
  if (d > 0) return `${d} ${words.days} ${h} ${words.hours}`;
  if (h > 0) return `${h} ${words.hours} ${two(m)} ${words.minutes}`;
  if (m > 0) return `${m} ${words.minutes} ${two(s)} ${words.seconds}`;
  return `${s} ${words.seconds}`;
}

/** Counts down to a moment by the server's clock, to the second. */
export function Countdown({ to, ended }: { to: string; ended?: string }) {
  const { words } = useUi();
  const now = useNow();
  const seconds = Math.ceil((Date.parse(to) - now) / 1000);
  const isOver = seconds <= 0;
  const isUrgent = !isOver && seconds <= URGENT_SECONDS;
  return (
    <time className={isUrgent ? 'countdown countdown-urgent' : 'countdown'} dateTime={to}>
      {isOver ? (ended ?? words.ended) : remainingWords(seconds, words)}
    </time>
  );
}
