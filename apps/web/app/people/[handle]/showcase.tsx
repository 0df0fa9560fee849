'use client';

import './showcase.css';
import { RarityBadge } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Card } from '@ece/ui/card';
import Link from 'next/link';
import { useState } from 'react';
import { artworkPath } from '../../../data/artwork.ts';
import type { CopySummary } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { ShowcaseEditor } from './showcase-editor.tsx';

interface ShowcaseProps {
  handle: string;
  items: CopySummary[];
  /** It is the reader's own, who may change it. */
  isMine: boolean;
}

/** The copies that somebody shows first; nothing where there are none, but for themselves. */
export function Showcase({ handle, items, isMine }: ShowcaseProps) {
  const t = useT();
  const [editing, setEditing] = useState(false);
  if (items.length === 0 && !isMine) return null;
  return (
    <section className="detail-section" aria-labelledby="showcase">
      <div className="spread showcase-head">
        <h2 id="showcase">{t('person.showcase')}</h2>
        {isMine && (
          <Button size="small" onClick={() => setEditing(true)}>
            {t('person.choose')}
          </Button>
        )}
      </div>
      {items.length === 0 && <p className="soft">{t('person.showcaseNone')}</p>}
      <ul className="showcase">
        {items.map(({ id, name, rarity, serial, editionSize, artworkUrl }) => (
          <li key={id}>
            <Link className="tile" href={`/copies/${id}`} prefetch={false}>
              <Card artwork={artworkPath(artworkUrl)} name={name} rarity={rarity} eager />
              <span className="tile-text">
                <span className="tile-name">{name}</span>
                <span className="tile-line soft">{t('card.serial', { serial, edition: editionSize })}</span>
                <span className="tile-line">
                  <RarityBadge rarity={rarity} label={t(`rarity.${rarity}`)} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {isMine && (
        <ShowcaseEditor handle={handle} items={items} open={editing} onClose={() => setEditing(false)} />
      )}
    </section>
  );
}
