'use client';

import { SunIcon } from '@ece/ui/icons';
import { Menu, MenuChoice, MenuLine } from '@ece/ui/menu';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useT } from '../i18n/client.tsx';
import { keepPreference, LANGUAGE_COOKIE, THEME_COOKIE } from './preferences.ts';

interface SettingsProps {
  theme: string | undefined;
  language: string;
  languages: { value: string; label: string }[];
}

/** Theme and language. The theme changes at once; the server knows it for the next page. */
export function SettingsMenu({ theme: chosen, language, languages }: SettingsProps) {
  const t = useT();
  const router = useRouter();
  const [theme, setTheme] = useState(chosen ?? 'system');
  const [shown, setShown] = useState(language);
  const choose = (value: string) => {
    setTheme(value);
    const kept = value === 'system' ? undefined : value;
    keepPreference(THEME_COOKIE, kept);
    if (kept) document.documentElement.dataset.theme = kept;
    else delete document.documentElement.dataset.theme;
  };
  return (
    <Menu trigger={<SunIcon />} label={t('nav.settings')} icon>
      <MenuChoice
        label={t('nav.theme')}
        value={theme}
        onChange={choose}
        options={[
          { value: 'system', label: t('nav.themeSystem') },
          { value: 'light', label: t('nav.themeLight') },
          { value: 'dark', label: t('nav.themeDark') },
        ]}
      />
      <MenuLine />
      <MenuChoice
        label={t('nav.language')}
        value={shown}
        onChange={(value) => {
          setShown(value);
          keepPreference(LANGUAGE_COOKIE, value);
          router.refresh();
        }}
        options={languages}
      />
    </Menu>
  );
}
