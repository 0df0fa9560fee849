import { type InvariantCheck, sqlCheck } from '../invariants.ts';

/** I6: the numbers of a topic's events run from 1 to the topic's own number without a gap. */
export function outboxChecks(): InvariantCheck[] {
  return [
    sqlCheck('I6', 'events are numbered 1, 2, 3 … in each topic, up to its last number', (sql) => ({
      count: sql`select count(*) as n from platform.events`,
      findings: [
        sql`
          with numbered as (
            select topic, count(*) as n, count(distinct sequence) as numbers, max(sequence) as last,
              min(sequence) as first
            from platform.events group by topic
          ), broken as (
            select topic from numbered where first <> 1 or last <> n or numbers <> n
          ), steps as (
            select topic, sequence, lag(sequence, 1, 0::bigint) over (partition by topic order by sequence) as before
            from platform.events join broken using (topic)
          )
          select 'topic ' || topic as subject, 'has a gap in its sequence' as problem,
            'after ' || before || ' comes ' || sequence as detail
          from steps where sequence > before + 1
          union all
          select 'topic ' || topic, 'has a number twice', 'number ' || sequence
          from steps where sequence = before`,
        sql`
          select 'topic ' || coalesce(t.topic, e.topic) as subject,
            case when t.topic is null then 'has events but no last number'
              when e.last is null or t.sequence > e.last then 'is ahead of its events'
              else 'is behind its events' end as problem,
            'its number is ' || coalesce(t.sequence::text, 'missing') || ', its last event '
              || coalesce(e.last::text, 'missing') as detail
          from platform.topics t
          full join (select topic, max(sequence) as last from platform.events group by topic) e using (topic)
          where t.sequence is distinct from e.last`,
      ],
    })),
  ];
}
