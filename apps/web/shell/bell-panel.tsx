'use client';

import { EceError } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { EmptyState, Skeleton } from '@ece/ui/states';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { browserApi } from '../data/browser.ts';
import { errorText } from '../data/error-text.ts';
import type { Notification } from '../data/types.ts';
import { useCall } from '../data/use-call.ts';
import { useT } from '../i18n/client.tsx';
import { markRead, NotificationList } from '../parts/notification-list.tsx';

const LATEST = 8;

interface PanelProps {
  /** Asked again when it changes. */
  unread: number;
  onRead(unread: number): void;
  /** A link was followed. */
  onLeave(): void;
}

/** The latest notifications. */
export function BellPanel({ unread, onRead, onLeave }: PanelProps) {
  const t = useT();
  const [items, setItems] = useState<Notification[]>();
  const [problem, setProblem] = useState<EceError>();
  const mark = useCall(markRead);
  useEffect(() => {
    let gone = false;
    browserApi()
      .notifications.list({ limit: LATEST })
      .then(
        (page) => !gone && setItems(page.items),
        (error: unknown) => {
          if (!(error instanceof EceError)) throw error;
          if (!gone) setProblem(error);
        },
      );
    return () => {
      gone = true;
    };
  }, [unread]);
  const read = async (body: { ids: string[] } | { upTo: string }) => {
    const answer = await mark.run(body);
    if (answer) onRead(answer.unread);
  };
  const newest = items?.[0];
  return (
    <>
      <div className="spread">
        <h2>{t('notifications.title')}</h2>
        {newest && unread > 0 && (
          <Button
            variant="quiet"
            size="small"
            busy={mark.busy}
            onClick={() => void read({ upTo: newest.id })}
          >
            {t('notifications.markAll')}
          </Button>
        )}
      </div>
      <div className="bell-list">
        {problem && <Notice tone="bad">{errorText(t, problem)}</Notice>}
        {!items && !problem && (
          <div className="bell-loading" role="status" aria-label={t('states.loading')}>
            {['a', 'b', 'c'].map((key) => (
              <div key={key}>
                <Skeleton />
                <Skeleton />
              </div>
            ))}
          </div>
        )}
        {items?.length === 0 && <EmptyState title={t('notifications.none')} />}
        {items && items.length > 0 && (
          <NotificationList items={items} onRead={(ids) => void read({ ids })} onOpen={onLeave} />
        )}
      </div>
      <p className="bell-foot small">
        <Link href="/notifications" prefetch={false} onClick={onLeave}>
          {t('notifications.toAll')}
        </Link>
      </p>
    </>
  );
}
