/** Cookies of this device's own choices; no secret, and no need to ask the server to set them. */
export const THEME_COOKIE = 'ece_theme';
export const LANGUAGE_COOKIE = 'ece_language';

export type Theme = 'system' | 'light' | 'dark';

/** Changes the theme at once, and keeps it for the pages to come. */
export function applyTheme(theme: Theme): void {
  const kept = theme === 'system' ? undefined : theme;
  keepPreference(THEME_COOKIE, kept);
  if (kept) document.documentElement.dataset.theme = kept;
  else delete document.documentElement.dataset.theme;
}

/** Keeps a choice for a year. */
export function keepPreference(name: string, value: string | undefined): void {
  const age = value === undefined ? 0 : 31_536_000;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value ?? ''}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
