import { type Fault, NOBODY, one } from './fault.ts';

/** Damage to what people and webhooks are told. */
export const notificationFaults: Fault[] = [
  {
    name: 'a notification is lost',
    invariant: 'I5',
    plant: (sql, { ben }) =>
      one(sql`delete from notifications.notifications where id = (select id from notifications.notifications
        where account_id = ${ben.id} and type = 'auction_won' limit 1) returning topic || ' ' || sequence`),
  },
  {
    name: 'a notification is there twice',
    invariant: 'I5',
    async plant(sql, { ben }) {
      await sql`alter table notifications.notifications drop constraint notifications_once`;
      await sql`insert into notifications.notifications (id, account_id, type, data, topic, sequence)
        select gen_random_uuid(), account_id, type, data, topic, sequence from notifications.notifications
        where account_id = ${ben.id} and type = 'auction_won' limit 1`;
      return ben.id;
    },
  },
  {
    name: 'a notification tells of an event that never was',
    invariant: 'I5',
    plant: (sql, { cat }) =>
      one(sql`update notifications.notifications set sequence = sequence + 100000 where id = (
        select id from notifications.notifications where account_id = ${cat.id} and type = 'outbid' limit 1)
        returning id`),
  },
  {
    name: 'a notification went to somebody else',
    invariant: 'I5',
    plant: (sql, { cat }) =>
      one(sql`update notifications.notifications set account_id = ${NOBODY} where id = (
        select id from notifications.notifications where account_id = ${cat.id} and type = 'outbid' limit 1)
        returning id`),
  },
  {
    name: 'a notification tells another thing than its event',
    invariant: 'I5',
    plant: (sql, { ben }) =>
      one(sql`update notifications.notifications set type = 'auction_sold' where id = (
        select id from notifications.notifications where account_id = ${ben.id} and type = 'auction_won' limit 1)
        returning id`),
  },
  {
    name: 'a webhook was told what no event says',
    invariant: 'I5',
    plant: (sql, { webhook }) =>
      one(sql`update notifications.deliveries set body = replace(body, '"price"', '"prize"') where id = (
        select id from notifications.deliveries where webhook_id = ${webhook} and body like '%"price"%' limit 1)
        returning id`),
  },
  {
    name: 'a webhook was told of an event that never was',
    invariant: 'I5',
    plant: (sql, { webhook }) =>
      one(sql`update notifications.deliveries set sequence = sequence + 100000 where id = (
        select id from notifications.deliveries where webhook_id = ${webhook} limit 1) returning id`),
  },
];
