import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { LANGUAGE_COOKIE } from '../shell/preferences.ts';
import { isLanguage, type Language, languages, preferredLanguage } from './languages.ts';
import { type Messages, type Namespace, type Translate, translator } from './translate.ts';

/** The reader's language: what they chose, or else what their browser asks for. */
export const getLanguage = cache(async (): Promise<Language> => {
  const chosen = (await cookies()).get(LANGUAGE_COOKIE)?.value;
  return isLanguage(chosen) ? chosen : preferredLanguage((await headers()).get('accept-language'));
});

/** Says messages in the reader's language, on the server. */
export const getT = cache(async (): Promise<Translate> => {
  const language = await getLanguage();
  return translator(languages[language].messages, language);
});

/** The messages of some namespaces, for what runs in the browser. */
export async function pickMessages(names: readonly Namespace[]): Promise<Partial<Messages>> {
  const { messages } = languages[await getLanguage()];
  return Object.fromEntries(names.map((name) => [name, messages[name]]));
}
