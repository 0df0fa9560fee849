import { buttonClass } from '@ece/ui/button-class';
import { unreadCount } from '../data/server.ts';
import type { Halt, OwnProfile } from '../data/types.ts';
import { isLanguage, languages } from '../i18n/languages.ts';
import { getLanguage, getT } from '../i18n/server.ts';
import { Words } from '../i18n/words.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Bell } from './bell.tsx';
import { HaltBanner } from './halt-banner.tsx';
import { LiveState } from './live-state.tsx';
import { Logo } from './logo.tsx';
import { NavLinks } from './nav-links.tsx';
import { QuickLink } from './quick-link.tsx';
import { SearchBox } from './search-box.tsx';
import { SettingsMenu } from './settings-menu.tsx';

interface HeaderProps {
  me: OwnProfile | undefined;
  theme: string | undefined;
  /** Halts of trading in force. */
  halts: Halt[];
}

/** The head of every page. */
export async function Header({ me, theme, halts }: HeaderProps) {
  const [t, language, unread] = await Promise.all([getT(), getLanguage(), me ? unreadCount() : 0]);
  const options = Object.entries(languages).flatMap(([value, { name }]) =>
    isLanguage(value) ? [{ value, label: name }] : [],
  );
  return (
    <header className="header">
      <div className="wrap header-row">
        <QuickLink href="/" className="header-logo" aria-label={t('nav.home')}>
          <Logo />
        </QuickLink>
        <NavLinks
          label={t('nav.main')}
          links={[
            { href: '/explore', label: t('nav.explore') },
            { href: '/auctions', label: t('nav.auctions') },
            { href: '/activity', label: t('nav.activity') },
            ...(me ? [{ href: '/sell', label: t('nav.sell') }] : []),
          ]}
        />
        <SearchBox />
        <div className="header-end">
          <LiveState />
          <SettingsMenu theme={theme} language={language} languages={options} />
          {me ? (
            <>
              <Words of={['notifications', 'told', 'toldText']}>
                <Bell userId={me.id} unread={unread} />
              </Words>
              <AccountMenu handle={me.handle} isStaff={me.role !== 'collector'} />
            </>
          ) : (
            <>
              <QuickLink href="/sign-in" className={buttonClass({ variant: 'quiet', size: 'small' })}>
                {t('nav.signIn')}
              </QuickLink>
              <QuickLink
                href="/register"
                className={`${buttonClass({ variant: 'primary', size: 'small' })} header-register`}
              >
                {t('nav.register')}
              </QuickLink>
            </>
          )}
        </div>
      </div>
      <HaltBanner halts={halts} />
    </header>
  );
}
