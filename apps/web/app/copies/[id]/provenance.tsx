'use client';

import './copy.css';
import type { Ece } from '@ece/sdk/browser';
import { ArrowIcon } from '@ece/ui/icons';
import { Price } from '@ece/ui/money';
import { RelativeTime } from '@ece/ui/time';
import { useCallback, useMemo } from 'react';
import type { CopyEvent } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import type { MessageKey } from '../../../i18n/translate.ts';
import { type ListPage, More } from '../../../parts/more.tsx';
import { Person } from '../../../parts/person.tsx';

type Event = CopyEvent & { id: string };

const KINDS: Record<string, MessageKey> = {
  mint: 'copy.mint',
  sale: 'copy.sale',
  trade: 'copy.trade',
  withdrawal: 'copy.withdrawal',
  deposit: 'copy.deposit',
};

/** An event has no id of its own; the copy's epoch tells it from the others. */
function named({ items, nextCursor }: ListPage<CopyEvent>): ListPage<Event> {
  return { items: items.map((event) => ({ ...event, id: String(event.epoch) })), nextCursor };
}

/** Who had a copy, from when, and for how much; the newest first. */
export function Provenance({ copyId, first }: { copyId: string; first: ListPage<CopyEvent> }) {
  const t = useT();
  const load = useCallback(
    async (ece: Ece, cursor: string) => named(await ece.nfts.copyHistory({ id: copyId, cursor, limit: 30 })),
    [copyId],
  );
  // The same object for the same page, so that the list does not start afresh.
  const page = useMemo(() => named(first), [first]);
  return (
    <More first={page} load={load}>
      {(events) => (
        <ol className="provenance">
          {events.map(({ id, kind, fromHandle, toHandle, price, at }) => (
            <li key={id}>
              <span className="provenance-what">{KINDS[kind] ? t(KINDS[kind]) : kind}</span>
              <span className="row">
                {fromHandle && (
                  <>
                    <Person handle={fromHandle} />
                    <ArrowIcon />
                    <span className="hidden-text">{t('copy.to')}</span>
                  </>
                )}
                {toHandle ? <Person handle={toHandle} /> : t('copy.outside')}
              </span>
              <span className="provenance-end">
                {price && <Price amount={price} />}
                <span className="small soft">
                  <RelativeTime at={at} />
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </More>
  );
}
