/** A setting: the environment variable it comes from, how its text is read, and what it means. */
export interface Field<T> {
  env: string;
  about: string;
  /** True for keys and passwords: never printed, masked where settings are shown. */
  secret: boolean;
  /** Used where the variable is absent; without one the setting is required. */
  fallback: { value: T } | undefined;
  /** The value, or words that say what is wrong. They never quote the text. */
  parse(text: string): { value: T } | { problem: string };
}

interface FieldOptions<T> {
  about: string;
  fallback?: T;
  secret?: boolean;
}

function field<T>(env: string, options: FieldOptions<T>, parse: Field<T>['parse']): Field<T> {
  const fallback = 'fallback' in options ? { value: options.fallback as T } : undefined;
  return { env, about: options.about, secret: options.secret ?? false, fallback, parse };
}

/** A setting of free text, `min` characters or more. */
export function text(env: string, options: FieldOptions<string> & { min?: number }): Field<string> {
  const min = options.min ?? 0;
  return field<string>(env, options, (value) =>
    value.length >= min ? { value } : { problem: `must have ${min} characters or more` },
  );
}

/** A setting of free text that may be absent. */
export function optionalText(env: string, options: { about: string; secret?: boolean; min?: number }) {
  const required = text(env, { ...options });
  return { ...required, fallback: { value: undefined } } as Field<string | undefined>;
}

/** A whole number within bounds. */
export function integer(
  env: string,
  options: FieldOptions<number> & { min: number; max: number },
): Field<number> {
  return field<number>(env, options, (value) => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= options.min && number <= options.max
      ? { value: number }
      : { problem: `must be a whole number from ${options.min} to ${options.max}` };
  });
}

/** A share, from 0 to 1. */
export function ratio(env: string, options: FieldOptions<number>): Field<number> {
  return field<number>(env, options, (value) => {
    const number = /^\d(?:\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN;
    return number <= 1 ? { value: number } : { problem: 'must be a number from 0 to 1' };
  });
}

/** true or false. */
export function flag(env: string, options: FieldOptions<boolean>): Field<boolean> {
  return field<boolean>(env, options, (value) =>
    value === 'true' || value === 'false'
      ? { value: value === 'true' }
      : { problem: 'must be true or false' },
  );
}

/** One of some words. */
export function choice<const W extends string>(
  env: string,
  words: readonly W[],
  options: FieldOptions<NoInfer<W>>,
): Field<W> {
  return field<W>(env, options, (value) =>
    words.includes(value as W) ? { value: value as W } : { problem: `must be one of ${words.join(', ')}` },
  );
}

/** An address with one of some protocols. */
export function url(env: string, protocols: string[], options: FieldOptions<string>): Field<string> {
  return field<string>(env, options, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    return parsed && protocols.includes(parsed.protocol)
      ? { value }
      : { problem: `must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}` };
  });
}

/** An address that may be absent. */
export function optionalUrl(env: string, protocols: string[], options: { about: string; secret?: boolean }) {
  return { ...url(env, protocols, options), fallback: { value: undefined } } as Field<string | undefined>;
}

/** Addresses with commas between them; none where absent. */
export function optionalUrls(
  env: string,
  protocols: string[],
  options: { about: string; secret?: boolean },
): Field<string[]> {
  const one = url(env, protocols, options);
  return field<string[]>(env, { ...options, fallback: [] }, (list) => {
    const parsed = list.split(',').map((part) => one.parse(part.trim()));
    const bad = parsed.find((part) => 'problem' in part);
    return bad ?? { value: parsed.flatMap((part) => ('value' in part ? [part.value] : [])) };
  });
}
