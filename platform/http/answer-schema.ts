import { Address, Handle, Id, Money, SignedMoney, Time, type TSchema } from '@ece/contract';

type Schema = { [key: string]: unknown };

/** Texts that we make or have checked on their way in, and that have nothing in them which JSON escapes. */
const PLAIN = new Set<unknown>(
  [Address, Handle, Id, Money, SignedMoney, Time].map(
    (text) => (text as TSchema & { pattern?: string }).pattern,
  ),
);
const PLAIN_WORD = /^[\w.-]+$/;

/**
 * The schema that the serialiser of answers is made from: it says the same as the contract's in the way that the
 * serialiser is quick at. A choice between something and null is `nullable`, since a choice has every value checked
 * against each of its schemas; and plain texts are not looked through for what has to be escaped.
 */
export function answerSchema(schema: TSchema): Schema {
  return rewrite(schema as unknown as Schema) as Schema;
}

function rewrite(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(rewrite);
  if (typeof part !== 'object' || part === null) return part;
  const schema: Schema = Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, rewrite(value)]),
  );
  const { anyOf, ...others } = schema;
  if (Array.isArray(anyOf)) {
    const [first, second, third] = anyOf as Schema[];
    if (!third && typeof first?.type === 'string' && second?.type === 'null')
      return { ...others, ...first, nullable: true };
  }
  return isPlainText(schema) ? { ...schema, format: 'unsafe' } : schema;
}

function isPlainText(schema: Schema): boolean {
  if (schema.type !== 'string') return false;
  if (Array.isArray(schema.enum)) return schema.enum.every((word) => PLAIN_WORD.test(String(word)));
  return PLAIN.has(schema.pattern as string);
}
