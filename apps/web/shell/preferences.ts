/** Cookies of this device's own choices; no secret, and no need to ask the server to set them. */
export const THEME_COOKIE = 'ece_theme';
export const LANGUAGE_COOKIE = 'ece_language';

/** Keeps a choice for a year. */
export function keepPreference(name: string, value: string | undefined): void {
  const age = value === undefined ? 0 : 31_536_000;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value ?? ''}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
