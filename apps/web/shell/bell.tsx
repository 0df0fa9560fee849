'use client';

import './bell.css';
import { buttonClass } from '@ece/ui/button-class';
import { BellIcon } from '@ece/ui/icons';
import { lazy, Suspense, useId, useRef, useState } from 'react';
import { useT } from '../i18n/client.tsx';
import { isEvent, useTopic } from '../live/feed.tsx';

/** Its rows are wanted only when it is opened. */
const BellPanel = lazy(() => import('./bell-panel.tsx').then(({ BellPanel: panel }) => ({ default: panel })));

/** How many unread ones are counted. */
const MOST = 999;

/** The bell: how many notifications are unread, as they come, and the latest behind it. */
export function Bell({ userId, unread: counted }: { userId: string; unread: number }) {
  const t = useT();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const [unread, setUnread] = useState(counted);
  const [seen, setSeen] = useState(counted);
  const [open, setOpen] = useState(false);
  if (seen !== counted) {
    setSeen(counted);
    setUnread(counted);
  }
  useTopic(`user:${userId}`, undefined, (event) => {
    if (isEvent(event, 'notification.created')) setUnread((count) => count + 1);
    if (isEvent(event, 'notification.read')) setUnread(event.data.unread);
  });
  return (
    <span className="menu-frame bell">
      <button
        type="button"
        className={buttonClass({ variant: 'quiet', size: 'small', icon: true })}
        aria-label={unread > 0 ? t('notifications.bell', { count: unread }) : t('notifications.bellNone')}
        popoverTarget={id}
      >
        <BellIcon />
        {unread > 0 && (
          <span className="bell-count" aria-hidden="true">
            {unread > MOST ? t('notifications.most') : unread}
          </span>
        )}
      </button>
      <div
        ref={panel}
        className="menu bell-panel"
        id={id}
        popover="auto"
        role="dialog"
        aria-label={t('notifications.latest')}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && (
          <Suspense>
            <BellPanel unread={unread} onRead={setUnread} onLeave={() => panel.current?.hidePopover()} />
          </Suspense>
        )}
      </div>
    </span>
  );
}
