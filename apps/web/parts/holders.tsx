'use client';

import './market.css';
import type { Ece } from '@ece/sdk/browser';
import { useCallback, useMemo } from 'react';
import type { Holder } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';
import { type ListPage, More } from './more.tsx';
import { Person } from './person.tsx';

interface HoldersProps {
  kind: 'card' | 'set';
  id: string;
  supply: number;
  first: ListPage<Holder>;
}

type Row = Holder & { id: string };

/** A handle names its holder. */
const named = ({ items, nextCursor }: ListPage<Holder>): ListPage<Row> => ({
  items: items.map((each) => ({ ...each, id: each.handle })),
  nextCursor,
});

/** Who has the most copies, and what part that is of all. */
export function Holders({ kind, id, supply, first }: HoldersProps) {
  const t = useT();
  const load = useCallback(
    async (ece: Ece, cursor: string) =>
      named(await ece.marketdata[kind === 'set' ? 'setHolders' : 'cardHolders']({ id, cursor, limit: 20 })),
    [kind, id],
  );
  const page = useMemo(() => named(first), [first]);
  if (first.items.length === 0) return <p className="soft">{t('market.noHolders')}</p>;
  return (
    <More first={page} load={load}>
      {(holders) => (
        <ol className="holders">
          {holders.map(({ handle, copies }) => (
            <li key={handle} className="holder">
              <Person handle={handle} />
              <span className="number">{t('market.holderCopies', { count: copies })}</span>
              <svg className="holder-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect width={supply > 0 ? (copies / supply) * 100 : 0} height="4" />
              </svg>
            </li>
          ))}
        </ol>
      )}
    </More>
  );
}
