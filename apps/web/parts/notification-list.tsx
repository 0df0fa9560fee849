'use client';

import './notifications.css';
import type { Ece } from '@ece/sdk/browser';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { CheckIcon } from '@ece/ui/icons';
import { ExactTime, RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { Notification } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';
import { notificationPath, notificationWords } from './notification.ts';

/** Marks notifications as read; defined here for `useCall`. */
export const markRead = (ece: Ece, body: { ids: string[] } | { upTo: string }) =>
  ece.notifications.markRead(body);

interface ListProps {
  items: Notification[];
  /** Marks some as read, when they are opened or put aside. */
  onRead(ids: string[]): void;
  /** A link of one was followed. */
  onOpen?(): void;
}

/** Notifications, newest first, each leading to where it is acted on. */
export function NotificationList({ items, onRead, onOpen }: ListProps) {
  return (
    <ul className="notifications">
      {items.map((item) => (
        <Row key={item.id} item={item} onRead={() => onRead([item.id])} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface RowProps {
  item: Notification;
  onRead(): void;
  onOpen: (() => void) | undefined;
}

function Row({ item, onRead, onOpen }: RowProps) {
  const t = useT();
  const { locale } = useUi();
  const { title, text } = notificationWords(t, locale, item);
  const path = notificationPath(item);
  const isNew = item.readAt === null;
  const open = () => {
    if (isNew) onRead();
    onOpen?.();
  };
  const { artworkUrl, endsAt, expiresAt } = item.data;
  const end = endsAt ?? expiresAt;
  return (
    <li className="notification" data-new={isNew || undefined}>
      {artworkUrl ? (
        <img src={artworkPath(artworkUrl)} alt="" width={40} height={56} loading="lazy" decoding="async" />
      ) : (
        <span className="notification-mark" aria-hidden="true" />
      )}
      <div className="notification-text">
        <p className="notification-title">
          {isNew && <span className="hidden-text">{t('notifications.isNew')}: </span>}
          {path ? (
            <Link href={path} prefetch={false} onClick={open}>
              {title}
            </Link>
          ) : (
            title
          )}
        </p>
        <p className="small soft">{text}</p>
        <p className="small soft">
          <RelativeTime at={item.createdAt} />
          {end && (
            <>
              {' · '}
              {t('notifications.until')} <ExactTime at={end} />
            </>
          )}
        </p>
      </div>
      {isNew && (
        <Button
          variant="quiet"
          size="small"
          icon
          aria-label={t('notifications.mark', { title })}
          onClick={onRead}
        >
          <CheckIcon />
        </Button>
      )}
    </li>
  );
}
