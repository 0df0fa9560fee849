'use client';

import { SunIcon } from '@ece/ui/icons';
import { Menu, MenuChoice, MenuLine } from '@ece/ui/menu';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useT } from '../i18n/client.tsx';
import { applyTheme, keepPreference, LANGUAGE_COOKIE, type Theme } from './preferences.ts';

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
  // Both can be chosen elsewhere, too.
  const [known, setKnown] = useState({ chosen, language });
  if (known.chosen !== chosen || known.language !== language) {
    setKnown({ chosen, language });
    setTheme(chosen ?? 'system');
    setShown(language);
  }
  const choose = (value: string) => {
    setTheme(value);
    applyTheme(value as Theme);
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
