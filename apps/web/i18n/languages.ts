import { de } from '../messages/de.ts';
import { en } from '../messages/en.ts';
import type { Messages } from './translate.ts';

/** The languages of the web app, by their tag; the first is the one for everybody else. */
export const languages = {
  en: { name: 'English', messages: en as Messages },
  de: { name: 'Deutsch', messages: de },
} as const;

export type Language = keyof typeof languages;

export function isLanguage(tag: string | undefined): tag is Language {
  return tag !== undefined && Object.hasOwn(languages, tag);
}

/**
 * The language that a browser asks for (RFC 9110, 12.5.4).
 * @param header the value of Accept-Language
 */
export function preferredLanguage(header: string | null): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(';q=');
      return { tag: tag.toLowerCase().split('-', 1)[0]!, quality: quality ? Number(quality) : 1 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  const found = wanted.find(({ tag }) => isLanguage(tag))?.tag;
  return isLanguage(found) ? found : 'en';
}
