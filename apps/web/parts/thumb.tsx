'use client';

import './thumb.css';
import { artworkPath } from '../data/artwork.ts';
import type { CopySummary } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';

type ThumbCopy = Pick<CopySummary, 'name' | 'serial' | 'editionSize' | 'artworkUrl'>;

/** A card, small. What it is stands beside it, or in its alternative text. */
export function Thumb({ copy, silent }: { copy: ThumbCopy; silent?: boolean }) {
  const t = useT();
  const serial = t('card.serial', { serial: copy.serial, edition: copy.editionSize });
  return (
    <img
      className="thumb"
      src={artworkPath(copy.artworkUrl)}
      alt={silent ? '' : `${copy.name}, ${serial}`}
      title={silent ? undefined : `${copy.name}, ${serial}`}
      width={75}
      height={105}
      loading="lazy"
      decoding="async"
    />
  );
}
