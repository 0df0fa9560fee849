import { buttonClass } from '@ece/ui/button-class';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import Link from 'next/link';
import { signedIn } from '../../../data/signed-in.ts';
import { isLanguage, languages } from '../../../i18n/languages.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { THEME_COOKIE } from '../../../shell/preferences.ts';
import { AccountTabs } from '../account-tabs.tsx';
import { PreferencesForm } from './preferences-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('account.preferences') };
}

/** What this device shows, and what comes by mail. */
export default async function PreferencesPage() {
  const [me, t, language, jar] = await Promise.all([
    signedIn('/account/preferences'),
    getT(),
    getLanguage(),
    cookies(),
  ]);
  const chosen = jar.get(THEME_COOKIE)?.value;
  const options = Object.entries(languages).flatMap(([value, { name }]) =>
    isLanguage(value) ? [{ value, label: name }] : [],
  );
  return (
    <Words of={['account']}>
      <div className="wrap">
        <AccountTabs current="preferences" email={me.email} />
        <div className="stack account">
          <div className="stack-s">
            <h2>{t('account.preferences')}</h2>
            <p className="soft">{t('account.preferencesText')}</p>
          </div>
          <PreferencesForm
            theme={chosen === 'dark' || chosen === 'light' ? chosen : 'system'}
            language={language}
            languages={options}
          />
          <section className="panel stack">
            <div className="stack-s">
              <h3>{t('account.mail')}</h3>
              <p className="soft">{t('account.mailText')}</p>
            </div>
            <div className="row">
              <Link className={buttonClass()} href="/notifications/mail">
                {t('account.mailLink')}
              </Link>
            </div>
          </section>
        </div>
      </div>
    </Words>
  );
}
