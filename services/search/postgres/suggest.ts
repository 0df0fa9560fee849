import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import { SHORTEST_TYPO, SHORTEST_WITHIN } from '../domain/mistakes.ts';
import type { Looked } from '../domain/words.ts';
import type { Kind, Suggestions } from '../engine.ts';
import { beginnings, matches } from './conditions.ts';
import { hitColumns, type Row, toHit } from './rows.ts';
import { type Slot, tableOf } from './write.ts';

/** Names looked at: of each kind those that begin so, and of all kinds those with words that do. */
const MOST_BEGINNING = 50;
const MOST_WITHIN = 1000;
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
  // The second condition lets the indexes be used that leave copies out.
  const begins = sql`
    select t.* from unnest(${[...KINDS]}::text[]) k(kind) cross join lateral (
      select t.kind, t.id, t.title from ${table} t where t.kind = k.kind and t.kind <> 'copy'
        and t.title >= ${phrase} and t.title < ${phrase + LAST} order by t.title, t.id limit ${MOST_BEGINNING}
    ) t`;
  const within = (matching: Relation) => sql`
    select kind, id, title from (
      select t.kind, t.id, t.title from ${table} t where t.kind <> 'copy' and ${matching} limit ${MOST_WITHIN}
    ) t`;
  const strict = within(sql`t.terms @@ ${beginnings(words, 'A')}::tsquery`);
  const close = phrase.length < SHORTEST_WITHIN ? begins : sql`${begins} union ${strict}`;
  // Of names that begin so, likeness would tell no more than their length.
  const closeness = sql`
    case when c.title = ${phrase} then 3000 when starts_with(c.title, ${phrase}) then 2000
      when strpos(' ' || c.title, ' ' || ${phrase}::text) > 0 then 1000 else 0 end - length(c.title)`;
  const likeness = sql`floor(similarity(c.title, ${phrase}) * 1000)::int`;
  return await sql<Row[]>`
    with candidates as (${typos ? within(matches(sql, looked, 't')) : close}),
    scored as (select c.*, ${typos ? likeness : closeness} as score from candidates c),
    placed as (
      select *, row_number() over (partition by kind order by score desc, title, id) as place from scored
    )
    select ${hitColumns(sql)} from placed p join ${table} d on d.kind = p.kind and d.id = p.id
    where p.place <= ${limit} order by p.score desc, p.title, p.id`;
}
