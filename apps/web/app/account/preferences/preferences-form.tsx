'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useT } from '../../../i18n/client.tsx';
import { applyTheme, keepPreference, LANGUAGE_COOKIE, type Theme } from '../../../shell/preferences.ts';

interface PreferencesProps {
  theme: Theme;
  language: string;
  languages: { value: string; label: string }[];
}

/** Theme and language, each changed by one press. */
export function PreferencesForm({ theme: chosen, language: spoken, languages }: PreferencesProps) {
  const t = useT();
  const router = useRouter();
  const [theme, setTheme] = useState(chosen);
  const [language, setLanguage] = useState(spoken);
  const choose = (value: Theme) => {
    setTheme(value);
    applyTheme(value);
    router.refresh();
  };
  const themes = [
    { value: 'system', label: t('nav.themeSystem') },
    { value: 'light', label: t('nav.themeLight') },
    { value: 'dark', label: t('nav.themeDark') },
  ] as const;
  return (
    <div className="panel stack">
      <fieldset className="choices">
        <legend>{t('nav.theme')}</legend>
        {themes.map(({ value, label }) => (
          <label key={value} className="choice">
            <span className={`choice-theme choice-${value}`} aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            <span className="row">
              <input type="radio" name="theme" checked={theme === value} onChange={() => choose(value)} />
              {label}
            </span>
          </label>
        ))}
        <p className="small soft choices-hint">{t('account.themeHint')}</p>
      </fieldset>
      <fieldset className="choices">
        <legend>{t('nav.language')}</legend>
        {languages.map(({ value, label }) => (
          <label key={value} className="choice" lang={value}>
            <span className="row">
              <input
                type="radio"
                name="language"
                checked={language === value}
                onChange={() => {
                  setLanguage(value);
                  keepPreference(LANGUAGE_COOKIE, value);
                  router.refresh();
                }}
              />
              {label}
            </span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
