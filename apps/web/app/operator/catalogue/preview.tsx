'use client';

import { RarityBadge, StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Table } from '@ece/ui/table';
import type { CatalogueCheck } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';

/** What a catalogue would bring, and the button that brings it. */
export function Preview({
  check,
  busy,
  onImport,
}: {
  check: CatalogueCheck;
  busy: boolean;
  onImport(): void;
}) {
  const t = useT();
  const { sets = [], rows = [], copies = 0 } = check.preview ?? {};
  const rest = check.cards - rows.length;
  return (
    <section className="stack">
      <div className="spread">
        <div className="stack-s">
          <h2>{t('operator.preview')}</h2>
          <p>
            {t('operator.previewCards', { count: check.cards })} ·{' '}
            {t('operator.previewSets', { count: check.sets })} ·{' '}
            {t('operator.previewCopies', { count: copies })}
          </p>
        </div>
        <Button variant="primary" busy={busy} onClick={onImport}>
          {t('operator.import')}
        </Button>
      </div>
      <ul className="row">
        {sets.map(({ code, name, isNew, cards }) => (
          <li key={code} className="panel stack-s">
            <strong>{name || code}</strong>
            <span className="row small">
              <span className="soft">
                {code} · {t('operator.previewCards', { count: cards })}
              </span>
              <StatePill tone={isNew ? 'good' : 'info'}>
                {t(isNew ? 'operator.newSet' : 'operator.knownSet')}
              </StatePill>
            </span>
          </li>
        ))}
      </ul>
      <Table
        caption={t('operator.preview')}
        head={[
          { key: 'line', label: t('operator.line'), end: true },
          { key: 'card', label: t('operator.card') },
          { key: 'set', label: t('operator.set') },
          { key: 'rarity', label: t('operator.rarity') },
          { key: 'category', label: t('operator.category') },
          { key: 'edition', label: t('operator.edition'), end: true },
        ]}
      >
        {rows.map(({ line, setCode, number, name, rarity, category, editionSize, artwork }) => (
          <tr key={line}>
            <td className="end number">{line}</td>
            <td className="operator-wide">
              <strong>{name}</strong>
              <div className="small soft">{artwork}</div>
            </td>
            <td>
              {setCode} {number}
            </td>
            <td>
              <RarityBadge rarity={rarity} label={t(`rarity.${rarity}`)} />
            </td>
            <td>{category}</td>
            <td className="end number">{t('operator.count', { count: editionSize })}</td>
          </tr>
        ))}
      </Table>
      {rest > 0 && <p className="soft">{t('operator.moreRows', { count: rest })}</p>}
    </section>
  );
}
