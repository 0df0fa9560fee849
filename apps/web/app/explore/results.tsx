'use client';

import type { Ece } from '@ece/sdk/browser';
import { Button } from '@ece/ui/button';
import { ErrorState } from '@ece/ui/states';
import { Table } from '@ece/ui/table';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keepHere, keptHere } from '../../data/history-store.ts';
import type { SearchHit, SearchPage } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { usePlace } from '../../data/use-place.ts';
import { useT } from '../../i18n/client.tsx';
import { useWindowRows } from '../../parts/use-window-rows.ts';
import { HitRow, HitTile } from './hit.tsx';
import { callOf, type ExploreQuery } from './query.ts';

const PAGE = 60;
/** Rows that are drawn beyond the window. */
const BEYOND = 4;

const loadMore = (ece: Ece, { query, cursor }: { query: ExploreQuery; cursor: string }) =>
  ece.search.search({ ...callOf(query), cursor, limit: PAGE, facets: false });

/** The pages after the first. */
type Further = Pick<SearchPage, 'items' | 'nextCursor'>;

interface ResultsProps {
  query: ExploreQuery;
  first: SearchPage;
  /** Newer results are on their way. */
  dimmed: boolean;
}

/**
 * What was found. Further pages come when the end comes near. However many there are, only the rows near the
 * window are in the document: the others are held open by padding, as all rows are equally high.
 */
export function Results({ query, first, dimmed }: ResultsProps) {
  const t = useT();
  const { before, keep } = usePlace<Further>(first.nextCursor);
  const [further, setFurther] = useState<Further>(
    before?.kept ?? { items: [], nextCursor: first.nextCursor },
  );
  const [cursor, setCursor] = useState(first.nextCursor);
  if (cursor !== first.nextCursor) {
    // The first page ends elsewhere now: what came after it does not follow any more.
    setCursor(first.nextCursor);
    setFurther({ items: [], nextCursor: first.nextCursor });
  }
  const call = useCall(loadMore);
  const { nextCursor } = further;
  const items = further.items.length > 0 ? [...first.items, ...further.items] : first.items;
  const more = async () => {
    if (!nextCursor) return;
    const page = await call.run({ query, cursor: nextCursor });
    if (!page) return;
    const grown = {
      nextCursor: page.nextCursor,
      items: [...further.items, ...withoutKnown(page.items, items)],
    };
    // The list may have begun afresh while this page was on its way.
    setFurther((known) => (known === further ? grown : known));
    keep(grown);
  };
  useEffect(() => {
    document.addEventListener('keydown', walk);
    return () => document.removeEventListener('keydown', walk);
  }, []);
  const asTable = query.view === 'table' && (query.kind === 'card' || query.kind === 'copy');
  return (
    <div className="results" data-dimmed={dimmed || undefined}>
      <Windowed
        items={items}
        asTable={asTable}
        startAt={before?.y}
        onNearEnd={call.refusal ? undefined : more}
      />
      {call.error ? (
        <ErrorState
          title={call.error}
          action={<Button onClick={() => void more()}>{t('states.retry')}</Button>}
        />
      ) : (
        nextCursor && (
          <div className="row more">
            <Button busy={call.busy} onClick={() => void more()}>
              {t('states.more')}
            </Button>
          </div>
        )
      )}
    </div>
  );
}

/** The links of what was found, in their order. */
const LINKS = 'a[data-hit], [data-hit] a';

/** Leads to the first thing that was found. */
export function toFirstResult(): void {
  document.querySelector<HTMLElement>(`.results :is(${LINKS})`)?.focus();
}

/** The arrow keys go from one thing to the next, and between rows; up from the first row lies the field. */
function walk(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const links = [...document.querySelectorAll<HTMLElement>(`.results :is(${LINKS})`)];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const top = (link: HTMLElement) => link.getBoundingClientRect().top;
  const columns = links.filter((link) => Math.abs(top(link) - top(links[at]!)) < 1).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = links[at + step];
  if (next) next.focus();
  else if (step === -columns) document.querySelector<HTMLElement>('.explore-head input')?.focus();
}

/** What was on a page before may come again when something has changed meanwhile. */
function withoutKnown(items: SearchHit[], known: SearchHit[]): SearchHit[] {
  const ids = new Set(known.map(({ id }) => id));
  return items.filter(({ id }) => !ids.has(id));
}

interface Layout {
  columns: number;
  /** Height of a row and the gap below it, in pixels. */
  row: number;
  /** Where the list begins on the page. */
  top: number;
}

/** The layout that the browser has made of the rows that are there, measured anew when its width changes. */
function useLayout(asTable: boolean) {
  const list = useRef<HTMLElement>(null);
  const kept = asTable ? 'table rows' : 'grid rows';
  // Without it, all that a list had grown to would be drawn once when people come back to it.
  const [layout, setLayout] = useState(() => keptHere<Layout>(kept));
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const measure = () => {
      const item = element.querySelector<HTMLElement>('[data-hit]');
      if (!item) return;
      const style = getComputedStyle(element);
      const columns = asTable ? 1 : style.gridTemplateColumns.split(' ').length;
      const gap = asTable ? 0 : Number.parseFloat(style.rowGap) || 0;
      const measured = {
        columns,
        row: item.getBoundingClientRect().height + gap,
        top: element.getBoundingClientRect().top + scrollY,
      };
      setLayout(measured);
      keepHere(kept, measured);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.parentElement!);
    return () => observer.disconnect();
  }, [asTable, kept]);
  return { list, layout };
}

interface WindowedProps {
  items: SearchHit[];
  asTable: boolean;
  startAt: number | undefined;
  onNearEnd: (() => Promise<void>) | undefined;
}

function Windowed({ items, asTable, startAt, onNearEnd }: WindowedProps) {
  const t = useT();
  const { list, layout } = useLayout(asTable);
  const columns = layout?.columns ?? 1;
  const rows = Math.ceil(items.length / columns);
  const size = layout?.row ?? 0;
  const visible = useWindowRows({
    ...{ count: rows, row: size, top: layout?.top ?? 0, beyond: BEYOND, startAt: layout && startAt },
  });
  // A single page is drawn whole, as the server did.
  const isWhole = items.length <= PAGE || !layout || visible.length === 0;
  const from = isWhole ? 0 : visible[0]!.index;
  const to = isWhole ? rows : visible.at(-1)!.index + 1;
  const isNearEnd = visible.length > 0 && visible.at(-1)!.index >= rows - 1;
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const note = () => setScrolled(true);
    // Somebody may have scrolled before this page was ready to notice, or have come back to where they were.
    if (scrollY > 0) return note();
    addEventListener('scroll', note, { once: true, passive: true });
    return () => removeEventListener('scroll', note);
  }, []);
  useEffect(() => {
    if (isNearEnd && scrolled) void onNearEnd?.();
  }, [isNearEnd, scrolled, items.length]);
  const hits = isWhole ? items : items.slice(from * columns, to * columns);
  const before = from * size;
  const after = Math.max(0, rows - to) * size;
  if (asTable) {
    return (
      <HitTable caption={t(items[0]?.kind === 'copy' ? 'explore.copy' : 'explore.card')} body={list}>
        {before > 0 && <Space height={before} />}
        {hits.map((hit) => (
          <HitRow key={hit.id} hit={hit} />
        ))}
        {after > 0 && <Space height={after} />}
      </HitTable>
    );
  }
  return (
    <div
      ref={list as React.RefObject<HTMLDivElement | null>}
      className="grid"
      style={isWhole ? undefined : { paddingTop: before, paddingBottom: after }}
    >
      {hits.map((hit, index) => (
        <HitTile key={hit.id} hit={hit} eager={from === 0 && index < 6} />
      ))}
    </div>
  );
}

function Space({ height }: { height: number }) {
  return (
    <tr>
      <td colSpan={6} className="results-space" style={{ height }} />
    </tr>
  );
}

interface HitTableProps {
  caption: string;
  body: React.RefObject<HTMLElement | null>;
  children: ReactNode;
}

function HitTable({ caption, body, children }: HitTableProps) {
  const t = useT();
  const head = [
    { key: 'name', label: t('explore.name') },
    { key: 'set', label: t('explore.set') },
    { key: 'rarity', label: t('explore.rarity') },
    { key: 'copy', label: t('explore.copyOrEdition') },
    { key: 'last', label: t('explore.lastSale'), end: true },
    { key: 'price', label: t('explore.price'), end: true },
  ];
  return (
    <div ref={body as React.RefObject<HTMLDivElement | null>} className="results-table">
      <Table caption={caption} head={head}>
        {children}
      </Table>
    </div>
  );
}
