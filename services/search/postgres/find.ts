import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import { fromCursor, toCursor } from '../cursor.ts';
import { orderOf, type Sort } from '../domain/order.ts';
import type { Looked } from '../domain/words.ts';
import type { Hit, SearchQuery } from '../engine.ts';
import { every, facetFilters, matches, plainFilters, score } from './conditions.ts';
import { behind, keyColumns, orderBy } from './order.ts';
import { hitColumns, type Row, toHit } from './rows.ts';
import { type Slot, tableOf } from './write.ts';

/** Most sets, cards and people that words find; the rest of what is as vague as that is not looked at. */
const MOST_MATCHES = 20_000;

/** Where the rows of a search come from: what words match, what stands after `from`, and its own condition. */
export interface Found {
  /** `matched as (…)`, for `with`; undefined without words. */
  matched: Relation | undefined;
  from: Relation;
  where: Relation;
}

/** What words and kinds find, without any filter; rows are called `d`. */
export function found(sql: Sql, slot: Slot, query: SearchQuery, words: Looked | undefined): Found {
  const table = tableOf(sql, slot);
  const copies = query.kinds.includes('copy');
  if (!words) {
    return { matched: undefined, from: sql`${table} d`, where: sql`d.kind = ${query.kinds[0]!}` };
  }
  const kinds = copies ? ['card'] : query.kinds;
  const matched = (columns: Relation) => sql`
    matched as materialized (
      select ${columns}, ${score(sql, words)} as score from ${table} d
      where d.kind = any(${kinds}::text[]) and ${matches(sql, words)}
      order by score desc, d.id limit ${MOST_MATCHES}
    )`;
  if (!copies) {
    const columns = sql`${hitColumns(sql)}, d.band`;
    return { matched: matched(columns), from: sql`matched d`, where: sql`true` };
  }
  return {
    matched: matched(sql`d.id as of_card`),
    from: sql`(select c.*, m.score from matched m join ${table} c on c.kind = 'copy' and c.card_id = m.of_card) d`,
    where: sql`true`,
  };
}

/** A page of hits, and where the next one begins. */
export async function findHits(
  sql: Sql,
  { matched, from, where }: Found,
  query: SearchQuery,
  hasWords: boolean,
): Promise<{ hits: Hit[]; next: string | null }> {
  const sort: Sort = query.sort === 'relevance' && !hasWords ? 'newest' : query.sort;
  const byCard = hasWords && query.kinds.includes('copy');
  const order = orderOf(sort, byCard);
  const after = fromCursor(query.after, sort, order);
  const conditions = every(sql, [
    where,
    ...plainFilters(sql, query.filters, query.now),
    ...Object.values(facetFilters(sql, query.filters)),
    ...(sort === 'ending' ? [sql`d.auction_ends > ${query.now}`] : []),
    ...(after ? [sql`(${behind(sql, order, after)})`] : []),
  ]);
  const rows = await sql<(Row & Record<string, string>)[]>`
    ${matched ? sql`with ${matched}` : sql``}
    select ${hitColumns(sql)}, ${keyColumns(sql, order)} from ${from}
    where ${conditions} order by ${orderBy(sql, order)} limit ${query.limit + 1}`;
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const more = rows.length > query.limit && last;
  return {
    hits: shown.map(toHit),
    next: more
      ? toCursor(
          sort,
          order.map((_, index) => last[`key${index}`]!),
        )
      : null,
  };
}
