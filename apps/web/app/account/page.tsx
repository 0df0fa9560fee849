import type { Metadata } from 'next';
import Link from 'next/link';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { AccountTabs } from './account-tabs.tsx';
import { ProfileForm } from './profile-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.account') };
}

/** How others see me. */
export default async function AccountPage() {
  const [me, t] = await Promise.all([signedIn('/account'), getT()]);
  return (
    <Words of={['account']}>
      <div className="wrap">
        <AccountTabs current="profile" email={me.email} />
        <div className="stack">
          <ProfileForm me={me} />
          <p className="small">
            <Link href={`/people/${me.handle}`}>{t('account.public')}</Link>
          </p>
        </div>
      </div>
    </Words>
  );
}
