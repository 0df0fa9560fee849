'use client';

import { Avatar } from '@ece/ui/avatar';
import { Menu, MenuButton } from '@ece/ui/menu';
import { browserApi } from '../data/browser.ts';
import { useT } from '../i18n/client.tsx';

/** What belongs to the person who is signed in. */
export function AccountMenu({ handle }: { handle: string }) {
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
      <MenuButton onPress={() => void signOut()}>{t('nav.signOut')}</MenuButton>
    </Menu>
  );
}
