import { errorTable } from '@ece/contract';
import { describe, expect, test } from 'vitest';
import { type Language, languages, preferredLanguage } from './languages.ts';
import { type Message, type MessageKey, type Namespace, translator } from './translate.ts';

const namespaces = Object.keys(languages.en.messages) as Namespace[];
const entries = (language: Language) =>
  namespaces.flatMap((namespace) =>
    Object.entries(languages[language].messages[namespace] as Record<string, Message>).map(
      ([name, message]) => [`${namespace}.${name}`, message] as const,
    ),
  );
const placeholders = (message: Message) =>
  [
    ...new Set((typeof message === 'string' ? message : message.one + message.other).match(/\{\w+\}/g)),
  ].sort();

describe.each(Object.keys(languages) as Language[])('%s', (language) => {
  test('has every message of English with its placeholders, and no other', () => {
    const english = new Map(entries('en'));
    const own = entries(language);
    expect(own.map(([key]) => key)).toEqual([...english.keys()]);
    for (const [key, message] of own) {
      expect(placeholders(message), key).toEqual(placeholders(english.get(key)!));
      for (const text of typeof message === 'string' ? [message] : [message.one, message.other]) {
        expect(text.trim(), key).not.toBe('');
      }
    }
  });

  test('says every refusal of the API in words of its own', () => {
    const t = translator(languages[language].messages, language);
    const codes = [...errorTable.map(({ code }) => code), 'unreachable'];
    for (const code of codes) expect(t(`errors.${code}` as MessageKey), code).not.toBe(`errors.${code}`);
    expect(Object.keys(languages[language].messages.errors).sort()).toEqual(codes.sort());
  });
});

test('values and plural forms are put in the way of the language', () => {
  const german = translator(languages.de.messages, 'de');
  expect(german('lot.bids', { count: 1 })).toBe('1 Gebot');
  expect(german('lot.bids', { count: 1234 })).toBe('1.234 Gebote');
  expect(german('sale.by', { seller: 'ada', buyer: 'noor' })).toBe('ada an noor');
});

test.each([
  [null, 'en'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'en'],
  ['fr;q=0.9, de;q=0.3', 'de'],
  ['de;q=0, en', 'en'],
  ['constructor, de;q=0.1', 'de'],
  [';;;,,q=', 'en'],
])('Accept-Language %j gives %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
