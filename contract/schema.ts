import Type, { type Static, type TSchema } from 'typebox';
import { MONEY_PATTERN } from './money.ts';

/** An object schema that refuses unknown properties. */
export function object<P extends Record<string, TSchema>>(properties: P, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** A schema that also takes null. */
export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** One of some words. */
export function oneOf<const W extends string[]>(...words: W) {
  return Type.Unsafe<W[number]>({ type: 'string', enum: words });
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

export const Id = Type.String({ pattern: UUID, description: 'UUIDv7', maxLength: 36 });
export const Money = Type.String({
  pattern: MONEY_PATTERN,
  maxLength: 17,
  description: 'USDC as a decimal string with up to six decimals',
  examples: ['12.5'],
});
export const SignedMoney = Type.String({ pattern: `^-?${MONEY_PATTERN.slice(1)}`, maxLength: 24 });
export const Time = Type.String({
  // Every text that fits is a time: what it lets through, the services turn into dates without a further look.
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  maxLength: 40,
  description: 'ISO 8601 with a time zone; answers have milliseconds and Z',
  examples: ['2030-01-31T12:00:00.000Z'],
});
export const Handle = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9_]{1,28})[a-z0-9]$',
  minLength: 3,
  maxLength: 30,
  description: 'Lower-case letters, digits and underscores',
});
const BASE58 = '^[1-9A-HJ-NP-Za-km-z]+$';

export const Address = Type.String({ minLength: 32, maxLength: 44, pattern: BASE58 });
export const Signature = Type.String({
  minLength: 64,
  maxLength: 88,
  pattern: BASE58,
  description: 'The signature of a transaction on Solana, which is its id',
});
export const BasisPoints = Type.Integer({ minimum: 0, maximum: 10_000 });
export const Rarity = oneOf('common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic');
export const Role = oneOf('collector', 'moderator', 'admin');

export const IdParams = object({ id: Id });
export const Cursor = Type.String({ maxLength: 200, pattern: '^[A-Za-z0-9_-]+$' });
export const Limit = Type.Integer({ minimum: 1, maximum: 100, default: 50 });

/** The query of a cursor-paged list, with more filters. */
export function pageQuery<P extends Record<string, TSchema>>(filters: P) {
  return object({ ...filters, cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) });
}

/** The answer of a cursor-paged list: `nextCursor` is null on the last page. */
export function page<S extends TSchema>(item: S) {
  return object({ items: Type.Array(item), nextCursor: nullable(Cursor) });
}

export const Problem = object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String()),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    errors: Type.Optional(Type.Array(object({ path: Type.String(), message: Type.String() }))),
  },
  { description: 'RFC 9457 problem details with a stable code' },
);
export type Problem = Static<typeof Problem>;

export { type Static, type TSchema, Type };
