import type { Ece } from '@ece/sdk/browser';
import { readAmount } from '../../parts/money.ts';

export const KINDS = ['card', 'copy', 'set', 'person'] as const;
export const RARITIES = ['common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic'] as const;
export const SORTS = [
  'relevance',
  'newest',
  'cheapest',
  'dearest',
  'ending',
  'recently_sold',
  'serial',
] as const;
/** Seconds within which an auction ends, to choose from. */
export const SOON = [3600, 86_400, 604_800] as const;

export type Kind = (typeof KINDS)[number];

/** What is looked for. Everything but the kind may be left out. */
export interface ExploreQuery {
  kind: Kind;
  q?: string;
  /** Codes of sets. */
  set?: string[];
  rarity?: string[];
  category?: string;
  from?: string;
  to?: string;
  serialFrom?: number;
  serialTo?: number;
  listed?: true;
  auction?: true;
  ending?: number;
  sort?: (typeof SORTS)[number];
  view?: 'table';
}

type Params = Record<string, string | string[] | undefined>;

const CODE = /^[A-Z0-9]{2,8}$/;
const MOST_SETS = 20;
const MOST_SERIAL = 1_000_000;

/** Reads an address's query; what makes no sense in it is left out. */
export function readQuery(params: Params): ExploreQuery {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const some = (name: string, fits: (value: string) => boolean) => {
    const values = [...new Set(text(name)?.split(',').filter(fits))];
    return values.length > 0 ? values : undefined;
  };
  const one = <V extends string | number>(name: string, values: readonly V[]) =>
    values.find((value) => String(value) === text(name));
  const serial = (name: string) => {
    const value = Number(text(name));
    return Number.isInteger(value) && value >= 1 && value <= MOST_SERIAL ? value : undefined;
  };
  const isTrue = (name: string) => (text(name) === 'true' ? true : undefined);
  return without({
    kind: one('kind', KINDS) ?? 'card',
    q: text('q')?.slice(0, 200),
    set: some('set', (code) => CODE.test(code))?.slice(0, MOST_SETS),
    rarity: some('rarity', (value) => RARITIES.some((rarity) => rarity === value)),
    category: text('category')?.slice(0, 40),
    from: readAmount(text('from') ?? ''),
    to: readAmount(text('to') ?? ''),
    serialFrom: serial('serialFrom'),
    serialTo: serial('serialTo'),
    listed: isTrue('listed'),
    auction: isTrue('auction'),
    ending: one('ending', SOON),
    sort: one('sort', SORTS),
    view: one('view', ['table']),
  });
}

/** The address of a query: the same query always has the same. */
export function addressOf(query: ExploreQuery): string {
  const { kind, ...rest } = without(query);
  const params = new URLSearchParams();
  if (kind !== 'card') params.set('kind', kind);
  for (const [name, value] of Object.entries(rest)) params.set(name, String(value));
  return params.size > 0 ? `/explore?${params}` : '/explore';
}

/** How many filters are set, apart from words, kind, order and view. */
export function filtersOf(query: ExploreQuery): number {
  const { kind: _kind, q: _q, sort: _sort, view: _view, ...filters } = without(query);
  return Object.keys(filters).length;
}

/** What the API is asked for a query. Sets and people have no filters. */
export function callOf(query: ExploreQuery): Parameters<Ece['search']['search']>[0] {
  const { kind, q, sort } = query;
  const words = { kind, ...(q && { q }) };
  if (kind === 'set' || kind === 'person') return words;
  const { set, rarity, category, from, to, serialFrom, serialTo, listed, auction, ending } = query;
  return without({
    ...words,
    sort: sort === 'serial' && kind === 'card' ? undefined : sort,
    set: set?.join(','),
    rarity: rarity?.join(','),
    category,
    priceFrom: from,
    priceTo: to,
    serialFrom: kind === 'copy' ? serialFrom : undefined,
    serialTo: kind === 'copy' ? serialTo : undefined,
    listed,
    auctioned: auction,
    endingWithin: ending,
  }) as Parameters<Ece['search']['search']>[0];
}

function without<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
