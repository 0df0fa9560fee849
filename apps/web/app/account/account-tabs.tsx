import './account.css';
import Link from 'next/link';
import { getT } from '../../i18n/server.ts';

const TABS = { profile: '/account', sessions: '/account/sessions', preferences: '/account/preferences' };

/** The head of the account's pages. */
export async function AccountTabs({ current, email }: { current: keyof typeof TABS; email: string }) {
  const t = await getT();
  return (
    <div className="page-head stack">
      <div className="stack-s">
        <h1>{t('nav.account')}</h1>
        <p className="soft account-email">{email}</p>
      </div>
      <nav className="tabs-list" aria-label={t('account.parts')}>
        {(Object.keys(TABS) as (keyof typeof TABS)[]).map((tab) => (
          <Link
            key={tab}
            className="tab"
            href={TABS[tab]}
            aria-current={tab === current ? 'page' : undefined}
            prefetch={false}
          >
            {t(`account.${tab}`)}
          </Link>
        ))}
      </nav>
    </div>
  );
}
