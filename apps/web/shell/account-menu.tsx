'use client';

import { Avatar } from '@ece/ui/avatar';
import { Menu, MenuButton, MenuLine, menuItemClass } from '@ece/ui/menu';
import Link from 'next/link';
import { browserApi } from '../data/browser.ts';
import { useT } from '../i18n/client.tsx';

/** What belongs to the person who is signed in. */
export function AccountMenu({ handle, isStaff }: { handle: string; isStaff: boolean }) {
  const t = useT();
  const signOut = async () => {
    await browserApi().auth.logout();
    // A whole new page: nothing of the account stays in memory.
    location.assign('/');
  };
  return (
    <Menu
      label={t('nav.accountOf', { handle })}
      trigger={
        <>
          <Avatar handle={handle} />
          <span className="header-handle">{handle}</span>
        </>
      }
    >
      <Link className={menuItemClass} href={`/people/${handle}`} prefetch={false}>
        {t('nav.collection')}
      </Link>
      <Link className={menuItemClass} href="/trades" prefetch={false}>
        {t('nav.trades')}
      </Link>
      <Link className={menuItemClass} href="/portfolio" prefetch={false}>
        {t('nav.portfolio')}
      </Link>
      <Link className={menuItemClass} href="/offers" prefetch={false}>
        {t('nav.offers')}
      </Link>
      <Link className={menuItemClass} href="/orders" prefetch={false}>
        {t('nav.orders')}
      </Link>
      <Link className={menuItemClass} href="/activity?view=mine" prefetch={false}>
        {t('nav.activity')}
      </Link>
      <Link className={menuItemClass} href="/watchlist" prefetch={false}>
        {t('nav.watchlist')}
      </Link>
      <Link className={menuItemClass} href="/wallet" prefetch={false}>
        {t('nav.wallet')}
      </Link>
      <Link className={menuItemClass} href="/account" prefetch={false}>
        {t('nav.account')}
      </Link>
      {isStaff && (
        <Link className={menuItemClass} href="/operator" prefetch={false}>
          {t('nav.operator')}
        </Link>
      )}
      <MenuLine />
      <MenuButton onPress={() => void signOut()}>{t('nav.signOut')}</MenuButton>
    </Menu>
  );
}
