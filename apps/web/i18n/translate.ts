import type { en } from '../messages/en.ts';

/** A message, or one for each plural form that the languages here have. */
export type Message = string | { one: string; other: string };

/** A language's messages: the keys of English, each with words. */
export type Messages = {
  [N in keyof typeof en]: {
    [K in keyof (typeof en)[N]]: (typeof en)[N][K] extends string ? string : Message;
  };
};

export type Namespace = keyof Messages;

/** The name of a message, e.g. `auction.bid`. */
export type MessageKey = { [N in Namespace]: `${N}.${keyof Messages[N] & string}` }[Namespace];

export type Values = Record<string, string | number>;

/** Says a message in the reader's language. */
export type Translate = (key: MessageKey, values?: Values) => string;

/**
 * Makes the function that says messages. `{name}` stands for a value; `count` chooses the plural form, and is
 * written the way of the language. A key that is not there is a bug and is said as it is.
 */
export function translator(messages: Partial<Messages>, locale: string): Translate {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const [namespace, name] = key.split('.') as [Namespace, string];
    const message = (messages[namespace] as Record<string, Message> | undefined)?.[name];
    if (message === undefined) return key;
    const form = plural.select(Number(values.count ?? 0)) === 'one' ? 'one' : 'other';
    const text = typeof message === 'string' ? message : message[form];
    return text.replaceAll(/\{(\w+)\}/g, (whole, field: string) => {
      const value = values[field];
      if (value === undefined) return whole;
      return typeof value === 'number' ? number.format(value) : value;
    });
  };
}
