interface RawJson {
  rawJSON(text: string): unknown;
}

/** JSON text in which a bigint is written as a plain number of full precision. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? (JSON as unknown as RawJson).rawJSON(item.toString()) : item,
  );
}

type Reviver = (key: string, value: unknown) => unknown;

/** Parses what `stringifyJson` wrote: integers beyond 2^53 come back as bigint. */
export function parseJson(text: string): unknown {
  // Reviving is slow, and hardly any text has such an integer.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const revive = (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
      ? BigInt(context.source ?? 0)
      : value;
  return JSON.parse(text, revive as Reviver);
}
