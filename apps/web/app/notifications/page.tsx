import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { Inbox } from './inbox.tsx';
import { NotificationsTabs } from './notifications-tabs.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('notifications.title') };
}

const PAGE = 30;

/** Everything that I was told, newest first. */
export default async function NotificationsPage({ searchParams }: PageProps) {
  const unread = (await searchParams).show === 'unread';
  await signedIn('/notifications');
  const [ece, t] = await Promise.all([api(), getT()]);
  const page = await ece.notifications.list({ limit: PAGE, ...(unread && { unread }) });
  return (
    <Words of={['notifications', 'told', 'toldText']}>
      <div className="wrap">
        <NotificationsTabs current={unread ? 'unread' : 'all'} />
        <Inbox
          key={String(unread)}
          first={page}
          unreadOnly={unread}
          empty={
            <EmptyState title={t(unread ? 'notifications.noneUnread' : 'notifications.none')}>
              {t(unread ? 'notifications.noneUnreadText' : 'notifications.noneText')}
            </EmptyState>
          }
        />
      </div>
    </Words>
  );
}
