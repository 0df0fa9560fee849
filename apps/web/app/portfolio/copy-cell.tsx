'use client';

import Link from 'next/link';
import { artworkPath } from '../../data/artwork.ts';
import type { CopySummary } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';

/** A copy in a table. */
export function CopyCell({ copy }: { copy: CopySummary }) {
  const t = useT();
  return (
    <td>
      <Link className="holding-copy" href={`/copies/${copy.id}`} prefetch={false}>
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
