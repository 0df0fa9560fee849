import type { Sql } from '@ece/platform/db/database';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import { CONSUMER } from './consumer.ts';
import { ACCOUNT_RULES } from './domain/rules.ts';
import { CONSUMER as WEBHOOKS } from './webhooks/enqueue.ts';

/** What must hold between events and what people and webhooks were told of them. */
export function notificationChecks(keepDays: number): InvariantCheck[] {
  return [
    sqlCheck('I5', 'each event that tells an account something has made one notification', (sql) => ({
      count: sql`select count(*) as n from notifications.notifications`,
      findings: [missing(sql, keepDays), repeated(sql)],
    })),
    sqlCheck('I5', 'each notification and each delivery comes from an event that exists', (sql) => ({
      count: sql`
        select (select count(*) from notifications.notifications) + (select count(*) from notifications.deliveries)
          as n`,
      findings: [unfounded(sql), unfoundedDeliveries(sql)],
    })),
  ];
}

/** The rules as a table: event type, what its data must hold, and the notification that follows. */
const rules = (sql: Sql): Relation => sql`
  select * from unnest(${ACCOUNT_RULES.map((rule) => rule.event)}::text[],
    ${ACCOUNT_RULES.map((rule) => JSON.stringify(rule.match ?? {}))}::text[],
    ${ACCOUNT_RULES.map((rule) => rule.type)}::text[]) as r(event, match, type)`;

/**
 * Events that the consumer has passed, young enough for their notification to be there still, without one. The topic is
 * made an id, not the id a text: so each is found by its key, also before the planner knows how many there are.
 */
const missing = (sql: Sql, keepDays: number): Relation => sql`
  select 'event ' || e.topic || ' ' || e.sequence as subject, 'has made no notification' as problem,
    e.type || ' should be ' || r.type as detail
  from platform.consumers c
  join platform.events e on (e.xid, e.id) <= (c.xid, c.id)
  join (${rules(sql)}) r on r.event = e.type and e.data @> r.match::jsonb
  left join notifications.notifications n
    on n.account_id = case when e.topic like 'user:%' then substr(e.topic, 6)::uuid end and n.topic = e.topic and n.sequence = e.sequence and n.type = r.type
  where c.name = ${CONSUMER} and e.topic like 'user:%' and n.id is null
    and e.at > clock_timestamp() - make_interval(days => ${keepDays})`;

const repeated = (sql: Sql): Relation => sql`
  select 'account ' || account_id as subject, 'was told of one event more than once' as problem,
    topic || ' ' || sequence || ' ' || type || ': ' || count(*) || ' times' as detail
  from notifications.notifications group by account_id, topic, sequence, type having count(*) > 1`;

/** Topics of this schema, `reminder:…` and the like, have no events. */
const unfounded = (sql: Sql): Relation => sql`
  select 'notification ' || n.id as subject, 'comes from no event' as problem,
    n.type || ' of ' || n.topic || ' ' || n.sequence as detail
  from notifications.notifications n
  left join platform.events e on e.topic = n.topic and e.sequence = n.sequence
  where n.topic ~ '^(user|card|auction):' and (e.topic is null
    or n.topic like 'user:%' and (n.topic <> 'user:' || n.account_id
      or not exists (select 1 from (${rules(sql)}) r
        where r.type = n.type and r.event = e.type and e.data @> r.match::jsonb)))`;

const unfoundedDeliveries = (sql: Sql): Relation => sql`
  select 'delivery ' || d.id as subject,
    case when e.topic is null then 'comes from no event' else 'does not tell what its event says' end as problem,
    d.type || ' of ' || d.topic || ' ' || d.sequence || ' by ' || ${WEBHOOKS}::text as detail
  from notifications.deliveries d
  left join platform.events e on e.topic = d.topic and e.sequence = d.sequence
  where d.topic not like 'test:%' and (e.topic is null or e.type <> d.type
    or (d.body::jsonb -> 'data') is distinct from e.data)`;
