import type { Metadata } from 'next';
import { api } from '../../../data/server.ts';
import { signedIn } from '../../../data/signed-in.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { AccountTabs } from '../account-tabs.tsx';
import { SessionList } from './session-list.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('account.sessions') };
}

/** Where I am signed in. */
export default async function SessionsPage() {
  const me = await signedIn('/account/sessions');
  const [ece, t] = await Promise.all([api(), getT()]);
  const first = await ece.auth.sessions({});
  return (
    <Words of={['account']}>
      <div className="wrap">
        <AccountTabs current="sessions" email={me.email} />
        <div className="stack account">
          <div className="stack-s">
            <h2>{t('account.sessions')}</h2>
            <p className="soft">{t('account.sessionsText')}</p>
          </div>
          <SessionList first={first} />
        </div>
      </div>
    </Words>
  );
}
