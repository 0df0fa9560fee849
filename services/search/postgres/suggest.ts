import type { Sql } from '@ece/platform/db/database';
import type { Looked } from '../domain/words.ts';
import type { Kind, Suggestions } from '../engine.ts';
import { beginnings, matches, score } from './conditions.ts';
import { hitColumns, type Row, toHit } from './rows.ts';
import { type Slot, tableOf } from './write.ts';

/** Names looked at for one kind and one way of matching; of more than that, some are not ranked. */
const MOST_LOOKED_AT = 200;
/** Texts shorter than this are not searched with mistakes, nor within names. */
const SHORTEST_TYPO = 4;
const SHORTEST_WITHIN = 2;
/** Sorts behind every text that begins with what stands before it. */
const LAST = '\u{10ffff}';

const KINDS = ['set', 'card', 'person'] as const;

/**
 * Names while somebody types: those that begin with it, then those with words that do, and only where there
 * are none of both, those that resemble it.
 */
export async function suggest(sql: Sql, slot: Slot, looked: Looked, limit: number): Promise<Suggestions> {
  const exact = await ranked(sql, slot, looked, limit, false);
  const rows =
    exact.length === 0 && looked.phrase.length >= SHORTEST_TYPO
      ? await ranked(sql, slot, looked, limit, true)
      : exact;
  const of = (kind: Kind) => rows.filter((row) => row.kind === kind).map(toHit);
  return { set: of('set'), card: of('card'), person: of('person') };
}

async function ranked(sql: Sql, slot: Slot, looked: Looked, limit: number, typos: boolean): Promise<Row[]> {
  const table = tableOf(sql, slot);
  const { phrase, words } = looked;
  const within = sql`union (select * from ${table} t where t.kind = k.kind
    and t.terms @@ ${beginnings(words, 'A')}::tsquery limit ${MOST_LOOKED_AT})`;
  const begins = sql`
    (select * from ${table} t where t.kind = k.kind and t.title >= ${phrase} and t.title < ${phrase + LAST}
      order by t.title, t.id limit ${MOST_LOOKED_AT})
    ${phrase.length < SHORTEST_WITHIN ? sql`` : within}`;
  const resembles = sql`
    select * from ${table} t where t.kind = k.kind and ${matches(sql, looked, 't')} limit ${MOST_LOOKED_AT}`;
  return await sql<Row[]>`
    select ${hitColumns(sql)} from unnest(${[...KINDS]}::text[]) k(kind)
    cross join lateral (
      select c.*, ${score(sql, looked, 'c')} as score from (${typos ? resembles : begins}) c
      order by score desc, c.title, c.id limit ${limit}
    ) d
    order by d.score desc, d.title, d.id`;
}
