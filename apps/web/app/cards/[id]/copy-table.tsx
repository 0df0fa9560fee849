'use client';

import './card.css';
import type { Ece } from '@ece/sdk/browser';
import { StatePill, type Tone } from '@ece/ui/badge';
import { Table } from '@ece/ui/table';
import Link from 'next/link';
import { useCallback } from 'react';
import type { Copy } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';
import { Person } from '../../../parts/person.tsx';

interface CopyTableProps {
  cardId: string;
  editionSize: number;
  first: ListPage<Copy>;
}

const TONES: Record<string, Tone> = { listing: 'good', auction: 'live', trade: 'info', mint: 'info' };

/** The copies of a card: who has each, and whether it can be had. */
export function CopyTable({ cardId, editionSize, first }: CopyTableProps) {
  const t = useT();
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.nfts.listCopies({ cardId, cursor, limit: 30 }),
    [cardId],
  );
  const head = [
    { key: 'serial', label: t('item.serial') },
    { key: 'owner', label: t('item.owner') },
    { key: 'state', label: t('item.state'), end: true },
  ];
  return (
    <More first={first} load={load}>
      {(copies) => (
        <Table caption={t('item.copies')} head={head}>
          {copies.map(({ id, serial, ownerHandle, commitment }) => (
            <tr key={id}>
              <td className="number">
                <Link href={`/copies/${id}`} prefetch={false}>
                  {t('card.serial', { serial, edition: editionSize })}
                </Link>
              </td>
              <td>{ownerHandle ? <Person handle={ownerHandle} /> : t('item.outside')}</td>
              <td className="end">
                {commitment && (
                  <StatePill tone={TONES[commitment.kind] ?? 'neutral'}>
                    {t(`item.${commitment.kind}`)}
                  </StatePill>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </More>
  );
}
