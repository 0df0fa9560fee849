import { newId } from '@ece/platform/ids/index';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld({ keepDays: 40 });
});
afterAll(() => world.close());

test('notifications and deliveries are deleted once they are old, in batches, and no younger ones', async () => {
  const person = world.person();
  const hook = await world.call<{ id: string }>(person, 'POST', '/webhooks', {
    url: 'https://hooks.example.com/',
    topics: ['me'],
  });
  const made = (table: string, days: number, count: number) =>
    table === 'notifications'
      ? world.db`
          insert into notifications.notifications (id, account_id, type, data, topic, sequence, created_at)
          select uuidv7(make_interval(days => ${-days})), ${person.id}, 'outbid', '{}', ${newId()}, n,
            clock_timestamp() - make_interval(days => ${days}) from generate_series(1, ${count}::int) n`
      : world.db`
          insert into notifications.deliveries (id, webhook_id, topic, sequence, type, body, state, created_at, ended_at)
          select uuidv7(make_interval(days => ${-days})), ${hook.body.id}, ${newId()}, n, 'x.y', '{}', 'delivered',
            clock_timestamp() - make_interval(days => ${days}), clock_timestamp() from generate_series(1, ${count}::int) n`;
  await made('notifications', 41, 2300);
  await made('notifications', 39, 5);
  await made('deliveries', 31, 1200);
  await made('deliveries', 29, 7);
  await world.run('notifications.expire');
  const [left] = await world.db`
    select (select count(*)::int from notifications.notifications) as notifications,
      (select count(*)::int from notifications.deliveries) as deliveries`;
  expect(left).toEqual({ notifications: 5, deliveries: 7 });
});
