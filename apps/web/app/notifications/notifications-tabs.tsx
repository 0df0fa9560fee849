import Link from 'next/link';
import { getT } from '../../i18n/server.ts';

/** What the pages of notifications show. */
export async function NotificationsTabs({ current }: { current: 'all' | 'unread' | 'mail' }) {
  const t = await getT();
  const tabs = { all: '/notifications', unread: '/notifications?show=unread', mail: '/notifications/mail' };
  return (
    <div className="page-head stack">
      <h1>{t('notifications.title')}</h1>
      <nav className="tabs-list" aria-label={t('notifications.show')}>
        {(['all', 'unread', 'mail'] as const).map((tab) => (
          <Link
            key={tab}
            className="tab"
            href={tabs[tab]}
            aria-current={tab === current ? 'page' : undefined}
            prefetch={false}
          >
            {t(`notifications.${tab}`)}
          </Link>
        ))}
      </nav>
    </div>
  );
}
