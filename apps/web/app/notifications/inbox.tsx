'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { type ReactNode, useState } from 'react';
import type { Notification } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import type { ListPage } from '../../parts/more.tsx';
import { markRead, NotificationList } from '../../parts/notification-list.tsx';

interface InboxProps {
  first: ListPage<Notification> & { unread: number };
  unreadOnly: boolean;
  /** Shown when there is nothing. */
  empty: ReactNode;
}

const older = (ece: Ece, { cursor, unread }: { cursor: string; unread: boolean }) =>
  ece.notifications.list({ cursor, limit: 30, ...(unread && { unread }) });

/**
 * Notifications that are put aside one by one or all at once. What was marked stays where it is until the page
 * is opened again, so that nothing moves under the hand; what is new comes on top.
 */
export function Inbox({ first, unreadOnly, empty }: InboxProps) {
  const t = useT();
  const [seen, setSeen] = useState(first);
  const [items, setItems] = useState(first.items);
  const [cursor, setCursor] = useState(first.nextCursor);
  const more = useCall(older);
  const mark = useCall(markRead);
  if (seen !== first) {
    setSeen(first);
    setItems((known) => merged(first.items, known));
  }
  const markAs = (readAt: string | null, fits: (item: Notification) => boolean) =>
    setItems((known) => known.map((item) => (fits(item) ? { ...item, readAt } : item)));
  const read = async (body: { ids: string[] } | { upTo: string }) => {
    const concerned = new Set(
      items
        .filter(({ id, readAt }) => readAt === null && ('upTo' in body || body.ids.includes(id)))
        .map(({ id }) => id),
    );
    const isConcerned = ({ id }: Notification) => concerned.has(id);
    markAs(new Date().toISOString(), isConcerned);
    if (!(await mark.run(body))) markAs(null, isConcerned);
  };
  const load = async (from: string) => {
    const page = await more.run({ cursor: from, unread: unreadOnly });
    if (!page) return;
    setItems((known) => merged(known, page.items));
    setCursor(page.nextCursor);
  };
  const newest = items[0];
  if (!newest) return empty;
  return (
    <div className="stack">
      {items.some(({ readAt }) => readAt === null) && (
        <div className="row">
          <Button size="small" busy={mark.busy} onClick={() => void read({ upTo: newest.id })}>
            {t('notifications.markAll')}
          </Button>
        </div>
      )}
      {(mark.error ?? more.error) && (
        <div role="alert">
          <Notice tone="bad">{mark.error ?? more.error}</Notice>
        </div>
      )}
      <div className="panel inbox">
        <NotificationList items={items} onRead={(ids) => void read({ ids })} />
      </div>
      {cursor && (
        <div className="row">
          <Button busy={more.busy} onClick={() => void load(cursor)}>
            {t('states.more')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Both lists, the first one's first, each notification once and as the first list has it. */
function merged(one: Notification[], other: Notification[]): Notification[] {
  const ids = new Set(one.map(({ id }) => id));
  return [...one, ...other.filter(({ id }) => !ids.has(id))];
}
