'use client';

import Link from 'next/link';
import { artworkPath } from '../../data/artwork.ts';
import type { CopySummary } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';

interface CopyCellProps {
  copy: CopySummary;
  /** Where it leads, if not to the copy. */
  path?: string;
}

/** A copy in a table. */
export function CopyCell({ copy, path = `/copies/${copy.id}` }: CopyCellProps) {
  const t = useT();
  return (
    <td>
      <Link className="holding-copy" href={path} prefetch={false}>
        <img
          src={artworkPath(copy.artworkUrl)}
          alt=""
          width={40}
          height={56}
          loading="lazy"
          decoding="async"
        />
        <span>
          <strong>{copy.name}</strong>
          <span className="soft number">
            {t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
          </span>
          <span className={`rarity-${copy.rarity}`}>{t(`rarity.${copy.rarity}`)}</span>
        </span>
      </Link>
    </td>
  );
}
