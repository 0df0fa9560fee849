import '../../parts/market.css';
import { Button } from '@ece/ui/button';
import { CloseIcon } from '@ece/ui/icons';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { artworkPath } from '../../data/artwork.ts';

interface WatchRowProps {
  path: string;
  name: string;
  artworkUrl: string | null;
  /** What it is, below its name. */
  children: ReactNode;
  /** What the market says of it. */
  figures: ReactNode;
  /** What removes it, in words. */
  removeLabel: string;
  busy: boolean;
  error: string | undefined;
  onRemove(): void;
}

/** Something of my watchlist, with a button that takes it off. */
export function WatchRow(props: WatchRowProps) {
  const { path, name, artworkUrl, children, figures, removeLabel, busy, error, onRemove } = props;
  return (
    <li className="watch-row panel">
      {artworkUrl ? (
        <img src={artworkPath(artworkUrl)} alt="" width={60} height={84} loading="lazy" decoding="async" />
      ) : (
        <span className="watch-mark" aria-hidden="true" />
      )}
      <span className="watch-text">
        <Link className="tile-name" href={path} prefetch={false}>
          {name}
        </Link>
        {children}
        {error && (
          <span role="alert" className="small field-error">
            {error}
          </span>
        )}
      </span>
      {figures}
      <Button variant="quiet" size="small" icon busy={busy} aria-label={removeLabel} onClick={onRemove}>
        <CloseIcon />
      </Button>
    </li>
  );
}
