import bowser from 'bowser';

/** Characters of a User-Agent header that are kept. */
export const MOST_AGENT = 300;

/** What somebody signed in with, as far as it tells. */
export interface Device {
  /** `Firefox`; null for what is no browser that is known. */
  browser: string | null;
  /** `Windows`. */
  system: string | null;
  kind: 'desktop' | 'phone' | 'tablet' | 'other';
}

const KINDS: Record<string, Device['kind']> = { desktop: 'desktop', mobile: 'phone', tablet: 'tablet' };

/** What a User-Agent header says of a device. It is what the caller claims, never more than words to show. */
export function deviceOf(userAgent: string): Device {
  const { browser, os, platform } = bowser.parse(userAgent.trim() === '' ? 'unknown' : userAgent);
  const system = os.name ?? null;
  // What names no system is a program; its name would be any words before a slash.
  return {
    browser: system === null ? null : (browser.name ?? null),
    system,
    kind: KINDS[platform.type ?? ''] ?? 'other',
  };
}
