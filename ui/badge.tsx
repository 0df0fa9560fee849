import type { ReactNode } from 'react';
import type { Rarity } from './card.tsx';

/** A rarity, in its colour and in words. */
export function RarityBadge({ rarity, label }: { rarity: Rarity; label: string }) {
  return (
    <span className={`badge rarity-${rarity}`}>
      <span className="badge-mark" aria-hidden="true" />
      {label}
    </span>
  );
}

export type Tone = 'neutral' | 'live' | 'good' | 'bad' | 'warn' | 'info';

/** The state of something in a word or two. */
export function StatePill({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`pill pill-${tone}`}>{children}</span>;
}

/** Something to know before going on. */
export function Notice({ tone, children }: { tone: 'info' | 'good' | 'bad' | 'warn'; children: ReactNode }) {
  return <div className={`notice notice-${tone}`}>{children}</div>;
}
