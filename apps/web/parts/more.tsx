'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { type ReactNode, useState } from 'react';
import { useCall } from '../data/use-call.ts';
import { usePlace } from '../data/use-place.ts';
import { useT } from '../i18n/client.tsx';

export interface ListPage<T> {
  items: T[];
  nextCursor: string | null;
}

interface MoreProps<T> {
  /** The first page, which the server made. Another first page starts the list afresh. */
  first: ListPage<T>;
  /** Asks for the page behind a cursor; defined outside of the component, or kept. */
  load(ece: Ece, cursor: string): Promise<ListPage<T>>;
  /** Shows all that has been loaded. */
  children(items: T[]): ReactNode;
}

/** A list that grows by a button, page by page. */
export function More<T extends { id: string }>({ first, load, children }: MoreProps<T>) {
  const t = useT();
  const [seen, setSeen] = useState(first);
  const { before, keep } = usePlace<ListPage<T>>(first.nextCursor);
  const [further, setFurther] = useState<ListPage<T>>(
    before?.kept ?? { items: [], nextCursor: first.nextCursor },
  );
  const call = useCall(load);
  if (seen !== first) {
    setSeen(first);
    setFurther({ items: [], nextCursor: first.nextCursor });
  }
  const more = async (cursor: string) => {
    const page = await call.run(cursor);
    if (!page) return;
    const grown = { ...page, items: [...further.items, ...page.items] };
    // The list may have begun afresh while this page was on its way.
    setFurther((known) => (known === further ? grown : known));
    keep(grown);
  };
  // What was on a page before may come again behind something new.
  const all = [...new Map([...first.items, ...further.items].map((item) => [item.id, item])).values()];
  const { nextCursor } = further;
  return (
    <div className="stack">
      {children(all)}
      {call.error && <Notice tone="bad">{call.error}</Notice>}
      {nextCursor && (
        <div className="row more">
          <Button busy={call.busy} onClick={() => void more(nextCursor)}>
            {t('states.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
