import type { InvariantCheck, Relation } from '../invariants.ts';
import { sqlCheck } from '../invariants.ts';
import type { Sql } from './database.ts';

/** What a call's key must lead to. */
export interface NamedEffect {
  /** The call, as the contract has it. */
  operation: { method: string; path: string };
  /** Where the stored value names the effect: `['id']`; an empty path is the value itself. */
  at: string[];
  /** Set where a list of effects is stored there. It may be empty: a call of many items that were all refused. */
  many?: true;
  /** Whether a batch stored the answer, or `once` the effect. */
  stored: 'effect' | 'answer';
  /** The effects that exist: `id` and, where it must be the caller's, `account_id`, else null; both uuid. */
  existing(sql: Sql): Relation;
}

/** I5: each key of a call leads to its one effect, and no two keys to the same. */
export function effectCheck(title: string, effects: NamedEffect[]): InvariantCheck {
  const names = effects.map((effect) => nameOf(effect));
  return sqlCheck('I5', title, (sql) => ({
    count: sql`select count(*) as n from platform.idempotency_keys where operation = any(${names}::text[])`,
    findings: effects.map((effect) => lostEffects(sql, effect)),
  }));
}

function nameOf({ operation }: NamedEffect): string {
  return `${operation.method} ${operation.path}`;
}

function lostEffects(sql: Sql, effect: NamedEffect): Relation {
  return sql`
    select 'key ' || k.key || ' of account ' || k.account_id as subject,
      case when k.named is null then 'names no effect'
        when e.id is null then 'names an effect that does not exist'
        when k.uses > 1 then 'shares its effect with another key'
        else 'names an effect of another account' end as problem,
      ${nameOf(effect)}::text || ' -> ' || coalesce(k.named, 'nothing') as detail
    from (
      select account_id, key, named, count(*) over (partition by named) as uses
      from (${effect.many ? namedMany(sql, effect) : namedOne(sql, effect)}) stored
    ) k
    left join (${effect.existing(sql)}) e on e.id::text = k.named
    where k.named is null or e.id is null or k.uses > 1 or e.account_id <> k.account_id`;
}

const namedOne = (sql: Sql, effect: NamedEffect): Relation => sql`
  select account_id, key, ${sql(effect.stored)} #>> ${effect.at}::text[] as named
  from platform.idempotency_keys where operation = ${nameOf(effect)}`;

/** A row for each effect in the list; one that names none where there is no list. */
const namedMany = (sql: Sql, effect: NamedEffect): Relation => sql`
  select k.account_id, k.key, e.named
  from (select account_id, key, ${sql(effect.stored)} #> ${effect.at}::text[] as list
    from platform.idempotency_keys where operation = ${nameOf(effect)}) k
  left join lateral jsonb_array_elements_text(
    case jsonb_typeof(k.list) when 'array' then k.list else '[]' end) as e(named) on true
  where jsonb_typeof(k.list) is distinct from 'array' or e.named is not null`;
