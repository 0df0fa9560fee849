'use client';

import './card.css';
import type { Ece } from '@ece/sdk/browser';
import { StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Select } from '@ece/ui/field';
import { Price } from '@ece/ui/money';
import { ErrorState } from '@ece/ui/states';
import { Table } from '@ece/ui/table';
import Link from 'next/link';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { errorText } from '../../../data/error-text.ts';
import { keepHere, keptHere } from '../../../data/history-store.ts';
import type { SearchHit, SearchPage } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useFresh } from '../../../data/use-fresh.ts';
import { usePlace } from '../../../data/use-place.ts';
import { useT } from '../../../i18n/client.tsx';
import { Person } from '../../../parts/person.tsx';
import { useWindowRows } from '../../../parts/use-window-rows.ts';
import { COPIES_PAGE } from './copies.ts';

const SORTS = ['serial', 'cheapest', 'dearest'] as const;
const FILTERS = ['all', 'listed', 'auctioned'] as const;
type Sort = (typeof SORTS)[number];
type Filter = (typeof FILTERS)[number];
/** Rows that are drawn beyond the window. */
const BEYOND = 8;

interface Choice {
  sort: Sort;
  filter: Filter;
}

interface Question extends Choice {
  cardId: string;
}

/** By this name the choice is kept with the page. */
const CHOICE = 'copies';

const callOf = ({ cardId, sort, filter }: Question) => ({
  ...{ kind: 'copy' as const, cardId, sort, limit: COPIES_PAGE, facets: false },
  ...(filter !== 'all' && { [filter]: true }),
});

const ask = (ece: Ece, key: string, signal: AbortSignal) => {
  const [cardId = '', sort, filter] = key.split(' ');
  return ece.search.search(callOf({ cardId, sort: sort as Sort, filter: filter as Filter }), { signal });
};

interface CopyTableProps {
  cardId: string;
  /** The first page, lowest serials first. */
  first: SearchPage;
}

/** Every copy of a card: who has it, whether it can be had, and for how much. */
export function CopyTable({ cardId, first }: CopyTableProps) {
  const t = useT();
  const [{ sort, filter }, setChoice] = useState<Choice>(
    () => keptHere(CHOICE) ?? { sort: 'serial', filter: 'all' },
  );
  const choose = (choice: Choice) => {
    setChoice(choice);
    keepHere(CHOICE, choice);
  };
  const isFirst = sort === 'serial' && filter === 'all';
  // Another `first` means that something has happened: what was asked before is asked again.
  const [round, setRound] = useState({ first, count: 0 });
  if (round.first !== first) setRound({ first, count: round.count + 1 });
  const key = `${cardId} ${sort} ${filter} ${round.count}`;
  const fresh = useFresh(key, ask, isFirst ? { known: first } : {});
  return (
    <div className="stack">
      <div className="row copies-filters">
        <Select
          label={t('market.only')}
          value={filter}
          onChange={({ target }) =>
            choose({ sort, filter: FILTERS.find((each) => each === target.value) ?? 'all' })
          }
          options={FILTERS.map((value) => ({ value, label: t(`market.only_${value}`) }))}
        />
        <Select
          label={t('market.sort')}
          value={sort}
          onChange={({ target }) =>
            choose({ filter, sort: SORTS.find((each) => each === target.value) ?? 'serial' })
          }
          options={SORTS.map((value) => ({ value, label: t(`market.sort_${value}`) }))}
        />
      </div>
      {fresh.refusal ? (
        <ErrorState
          title={errorText(t, fresh.refusal)}
          action={<Button onClick={fresh.retry}>{t('states.retry')}</Button>}
        />
      ) : (
        fresh.answer && <Rows key={fresh.key} question={{ cardId, sort, filter }} first={fresh.answer} />
      )}
    </div>
  );
}

const loadMore = (ece: Ece, { question, cursor }: { question: Question; cursor: string }) =>
  ece.search.search({ ...callOf(question), cursor });

/** The pages after the first. */
type Further = Pick<SearchPage, 'items' | 'nextCursor'>;

/** Rows come as they are scrolled to, and only those near the window are in the document. */
function Rows({ question, first }: { question: Question; first: SearchPage }) {
  const t = useT();
  const { before, keep } = usePlace<Further>(first.nextCursor);
  const [further, setFurther] = useState<Further>(
    before?.kept ?? { items: [], nextCursor: first.nextCursor },
  );
  const call = useCall(loadMore);
  const items = [...new Map([...first.items, ...further.items].map((hit) => [hit.id, hit])).values()];
  const { nextCursor } = further;
  const body = useRef<HTMLDivElement>(null);
  const [layout, setLayout] = useState<{ row: number; top: number }>();
  useLayoutEffect(() => {
    const measure = () => {
      const row = body.current?.querySelector('[data-copy]');
      const list = row?.closest('tbody');
      if (!row || !list) return;
      const { height } = row.getBoundingClientRect();
      const top = list.getBoundingClientRect().top + scrollY;
      setLayout((known) => (known?.row === height && known.top === top ? known : { row: height, top }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const visible = useWindowRows({
    ...{ count: items.length, row: layout?.row ?? 48, top: layout?.top ?? 0, beyond: BEYOND },
  });
  // A single page is drawn whole, as the server did.
  const isWhole = items.length <= COPIES_PAGE || !layout || visible.length === 0;
  const from = isWhole ? 0 : visible[0]!.index;
  const to = isWhole ? items.length : visible.at(-1)!.index + 1;
  const isNearEnd = visible.length > 0 && visible.at(-1)!.index >= items.length - 1;
  const more = async (cursor: string) => {
    const page = await call.run({ question, cursor });
    if (!page) return;
    const grown = { nextCursor: page.nextCursor, items: [...further.items, ...page.items] };
    setFurther(grown);
    keep(grown);
  };
  useEffect(() => {
    if (isNearEnd && nextCursor && layout && scrollY > 0 && !call.refusal) void more(nextCursor);
  }, [isNearEnd, nextCursor, layout, call.refusal]);
  if (items.length === 0) return <p className="soft">{t('market.noCopies')}</p>;
  const head = (['item.serial', 'item.owner', 'item.state', 'item.price'] as const).map((key) => ({
    key,
    label: t(key),
    end: key === 'item.price',
  }));
  return (
    <div className="stack">
      <div ref={body} className="copies">
        <Table caption={t('market.allCopies')} head={head}>
          {from > 0 && <Space height={from * (layout?.row ?? 0)} />}
          {items.slice(from, to).map((hit) => (
            <CopyRow key={hit.id} hit={hit} />
          ))}
          {to < items.length && <Space height={(items.length - to) * (layout?.row ?? 0)} />}
        </Table>
      </div>
      {nextCursor && (
        <div className="row more">
          <Button busy={call.busy} onClick={() => void more(nextCursor)}>
            {t('states.more')}
          </Button>
          {call.error && (
            <span role="alert" className="small field-error">
              {call.error}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

function CopyRow({ hit }: { hit: SearchHit }) {
  const t = useT();
  const { id, serial, editionSize, ownerHandle, price, listingId, auctionId, away } = hit;
  return (
    <tr data-copy>
      <td className="number">
        <Link href={`/copies/${id}`} prefetch={false}>
          {t('card.serial', { serial: serial ?? 0, edition: editionSize ?? 0 })}
        </Link>
      </td>
      <td>{ownerHandle ? <Person handle={ownerHandle} /> : t('item.outside')}</td>
      <td>
        {listingId && <StatePill tone="good">{t('item.listing')}</StatePill>}
        {auctionId && (
          <Link href={`/auctions/${auctionId}`} prefetch={false}>
            <StatePill tone="live">{t('item.auction')}</StatePill>
          </Link>
        )}
        {!listingId && !auctionId && !away && <span className="soft">{t('market.held')}</span>}
      </td>
      <td className="end">{price ? <Price amount={price} /> : <span className="soft">–</span>}</td>
    </tr>
  );
}

/** Holds open the place of rows that are not drawn. */
function Space({ height }: { height: number }) {
  return (
    <tr>
      <td colSpan={4} className="copies-space" style={{ height }} />
    </tr>
  );
}
