import { Notice } from '@ece/ui/badge';
import type { Metadata } from 'next';
import { api } from '../../../data/server.ts';
import { signedIn } from '../../../data/signed-in.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { NotificationsTabs } from '../notifications-tabs.tsx';
import { MailForm } from './mail-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('notifications.mailTitle') };
}

/** Which notifications come by mail as well. */
export default async function MailPage() {
  await signedIn('/notifications/mail');
  const [ece, t] = await Promise.all([api(), getT()]);
  const { items, mailAvailable } = await ece.notifications.preferences();
  return (
    <Words of={['notifications', 'mailFor']}>
      <div className="wrap">
        <NotificationsTabs current="mail" />
        <div className="stack">
          <h2>{t('notifications.mailTitle')}</h2>
          <p className="soft">{t('notifications.mailText')}</p>
          {!mailAvailable && <Notice tone="info">{t('notifications.mailOff')}</Notice>}
          <MailForm first={items} />
        </div>
      </div>
    </Words>
  );
}
