import type { Metadata } from 'next';
import Link from 'next/link';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
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
        <div className="page-head stack-s">
          <h1>{t('nav.account')}</h1>
          <p className="soft">
            {me.email} · <Link href={`/people/${me.handle}`}>{t('account.public')}</Link>
          </p>
        </div>
        <ProfileForm me={me} />
      </div>
    </Words>
  );
}
