import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operations } from '@ece/contract';
import { newId } from '@ece/platform/ids/index';
import { verifyWebhook, type WebhookEvent } from '@ece/sdk';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTestWorld, type Person, type TestWorld } from '../test-world.ts';
import { enqueueEvents } from './enqueue.ts';

interface Message {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
interface Hook {
  id: string;
  secret: string;
  enabled: boolean;
  disabledReason: string | null;
  topics: string[];
}
interface Delivery {
  id: string;
  state: string;
  tries: number;
  status: number | null;
  failure: string | null;
  type: string;
}

let world: TestWorld;
let ann: Person;
let server: Server;
let base: string;
let received: Message[];
let answer: (message: Message, response: ServerResponse) => void;

const ajv = new Ajv({ strict: false });
const fits = {
  hook: ajv.compile(operations.notifications.createWebhook.response as object),
  deliveries: ajv.compile(operations.notifications.listWebhookDeliveries.response as object),
};

beforeAll(async () => {
  world = await openTestWorld();
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = { path: request.url!, headers: request.headers, body };
    received.push(message);
    answer(message, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world.close();
});
beforeEach(() => {
  received = [];
  answer = (_message, response) => response.end('ok');
  ann = world.person();
});

async function hook(body: object = {}, person = ann) {
  const made = await world.call<Hook>(person, 'POST', '/webhooks', {
    ...{ url: `${base}/${newId()}`, topics: ['me'] },
    ...body,
  });
  if (made.status === 201) expect(fits.hook(made.body), JSON.stringify(fits.hook.errors)).toBe(true);
  return made;
}

async function deliveriesOf(id: string, person = ann): Promise<Delivery[]> {
  const { body } = await world.call<{ items: Delivery[] }>(person, 'GET', `/webhooks/${id}/deliveries`);
  expect(fits.deliveries(body), JSON.stringify(fits.deliveries.errors)).toBe(true);
  return body.items;
}

const deposit = (person = ann) => ({
  topic: `user:${person.id}`,
  type: 'wallet.deposited',
  data: { transferId: newId(), amount: '12.5' },
});

/** Queues what was told, and sends until nothing is due. */
async function send(): Promise<void> {
  await world.run('notifications.webhooks');
  await vi.waitFor(
    async () => {
      await world.run('notifications.webhooks.send');
      const rows = await world.db`
        select 1 from notifications.deliveries where state = 'queued'
          and (due_at <= clock_timestamp() or duration_ms is null and tries > 0)`;
      expect(rows).toHaveLength(0);
    },
    { timeout: 20_000, interval: 20 },
  );
}

const dueNow = (id: string) =>
  world.db`update notifications.deliveries set due_at = clock_timestamp() where webhook_id = ${id} and state = 'queued'`;

test('an event arrives once, signed so that the SDK accepts it, and is listed', async () => {
  const { body } = await hook({ types: ['wallet.deposited', 'notification.created'] });
  expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await world.tell(
    deposit(),
    { ...deposit(), type: 'copy.minted', data: { copyId: newId() } },
    deposit(world.person()),
  );
  await world.run('notifications.consume');
  await Promise.all([enqueueEvents(world.context), enqueueEvents(world.context)]);
  await send();
  const events: WebhookEvent[] = [];
  for (const message of received)
    events.push(await verifyWebhook(body.secret, message.headers, message.body));
  expect(events.map((event) => event.type).toSorted()).toEqual([
    ...['notification.created', 'notification.created', 'wallet.deposited'],
  ]);
  const event = events.find((one) => one.type === 'wallet.deposited')!;
  expect(event).toMatchObject({ topic: `user:${ann.id}`, sequence: 1, data: { amount: '12.5' } });
  const told = events.find((one) => one.data.type === 'deposit_final')!;
  expect(told.data).toMatchObject({ title: '12.5 USDC arrived' });
  const [message] = received;
  const other = await hook();
  await expect(verifyWebhook(other.body.secret, message!.headers, message!.body)).rejects.toThrow(
    'no signature',
  );
  await expect(verifyWebhook(body.secret, message!.headers, `${message!.body} `)).rejects.toThrow();
  const list = await deliveriesOf(body.id);
  expect(list).toHaveLength(3);
  for (const one of list)
    expect(one).toMatchObject({ state: 'delivered', tries: 1, status: 200, failure: null });
  const shown = await world.call<Hook>(ann, 'GET', `/webhooks/${body.id}`);
  expect(JSON.stringify(shown.body)).not.toContain('whsec_');
});

test('topics and types choose what is sent, and nothing from before the webhook', async () => {
  const [one, two] = [newId(), newId()];
  const sold = (id: string) => ({ topic: `auction:${id}`, type: 'auction.sold', data: { auctionId: id } });
  const bid = (id: string) => ({ topic: `auction:${id}`, type: 'auction.bid', data: { auctionId: id } });
  await world.tell(sold(one));
  const all = await hook({ topics: [`auction:${one}`] });
  const some = await hook({
    topics: [`auction:${one}`, `auction:${two}`, 'market'],
    types: ['auction.sold'],
  });
  await world.tell(bid(one), sold(two), { ...sold(one), topic: 'market' });
  await send();
  const typesOf = async ({ body }: { body: Hook }) =>
    (await deliveriesOf(body.id)).map((delivery) => delivery.type).toSorted();
  expect(await typesOf(all)).toEqual(['auction.bid']);
  expect(await typesOf(some)).toEqual(['auction.sold', 'auction.sold']);
  const changed = await world.call<Hook>(ann, 'PATCH', `/webhooks/${all.body.id}`, {
    topics: [`auction:${two}`],
    types: ['auction.sold'],
  });
  expect(changed.body).toMatchObject({ topics: [`auction:${two}`], types: ['auction.sold'], enabled: true });
  await world.tell(sold(one), sold(two), bid(two));
  await send();
  expect(await typesOf(all)).toEqual(['auction.bid', 'auction.sold']);
});

describe('failures', () => {
  test('are tried again with the same id and a new signature, ten times', async () => {
    answer = (_message, response) => response.writeHead(500).end();
    const { body } = await hook();
    await world.tell(deposit());
    await send();
    for (let n = 1; n <= 10; n++) {
      const [delivery] = await deliveriesOf(body.id);
      expect(delivery).toMatchObject({
        ...{ state: n < 10 ? 'queued' : 'failed', tries: n, status: 500, failure: 'refused' },
      });
      await dueNow(body.id);
      await send();
    }
    expect(received).toHaveLength(10);
    expect(new Set(received.map((message) => message.headers['webhook-id'])).size).toBe(1);
    for (const message of received) await verifyWebhook(body.secret, message.headers, message.body);
    // Ten failures within a minute are no reason to switch anything off.
    expect((await world.call<Hook>(ann, 'GET', `/webhooks/${body.id}`)).body.enabled).toBe(true);
  });

  test('of two days switch a webhook off when a delivery is given up, and its owner is told', async () => {
    answer = (_message, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const { body } = await hook();
    await world.tell(deposit(), deposit());
    await send();
    await world.db`update notifications.webhooks set failing_since = clock_timestamp() - interval '3 days'
      where id = ${body.id}`;
    await world.db`update notifications.deliveries set tries = 9 where id = ${(await deliveriesOf(body.id))[0]!.id}`;
    await dueNow(body.id);
    await send();
    await vi.waitFor(
      async () => {
        const shown = await world.call<Hook>(ann, 'GET', `/webhooks/${body.id}`);
        expect(shown.body).toMatchObject({ enabled: false, disabledReason: 'failing' });
      },
      { timeout: 30_000, interval: 20 },
    );
    expect((await deliveriesOf(body.id)).map((delivery) => delivery.state)).toEqual(['failed', 'failed']);
    const told = await world.call<{ items: { type: string; data: object }[] }>(ann, 'GET', '/notifications');
    expect(told.body.items).toMatchObject([{ type: 'webhook_disabled', data: { webhookId: body.id } }]);
    const before = received.length;
    await world.tell(deposit());
    await send();
    expect(received).toHaveLength(before);
    answer = (_message, response) => response.end();
    const on = await world.call<Hook>(ann, 'PATCH', `/webhooks/${body.id}`, { enabled: true });
    expect(on.body).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
    await world.tell(deposit());
    await send();
    expect(received).toHaveLength(before + 1);
  });

  test('410 switches it off at once; a success forgets the failures before it', async () => {
    answer = (_message, response) => response.writeHead(503).end();
    const { body } = await hook();
    await world.tell(deposit());
    await send();
    const read = async () =>
      (await world.call<Hook & { failingSince: string | null }>(ann, 'GET', `/webhooks/${body.id}`)).body;
    expect((await read()).failingSince).not.toBeNull();
    answer = (_message, response) => response.writeHead(204).end();
    await dueNow(body.id);
    await send();
    expect((await read()).failingSince).toBeNull();
    answer = (_message, response) => response.writeHead(410).end();
    await world.tell(deposit());
    await send();
    await vi.waitFor(async () =>
      expect(await read()).toMatchObject({ enabled: false, disabledReason: 'gone' }),
    );
  });

  test('a slow receiver holds up nobody else, and few of its deliveries are under way', async () => {
    const [slow, quick] = [await hook({ url: `${base}/slow` }), await hook({ url: `${base}/quick` })];
    let underWay = 0;
    let most = 0;
    const waiting: ServerResponse[] = [];
    answer = ({ path }, response) => {
      if (path !== '/slow') return void response.end();
      most = Math.max(most, ++underWay);
      waiting.push(response);
    };
    await world.tell(...Array.from({ length: 12 }, () => deposit()));
    await world.run('notifications.webhooks');
    await vi.waitFor(
      async () => {
        await world.run('notifications.webhooks.send');
        const list = await deliveriesOf(quick.body.id);
        expect(list.every((delivery) => delivery.state === 'delivered')).toBe(true);
      },
      { timeout: 20_000, interval: 20 },
    );
    expect(most).toBeLessThanOrEqual(4);
    expect((await deliveriesOf(slow.body.id)).some((delivery) => delivery.state === 'delivered')).toBe(false);
    answer = (_message, response) => response.end();
    for (const response of waiting) response.end();
    await send();
    const list = await deliveriesOf(slow.body.id);
    expect(list.every((delivery) => delivery.state === 'delivered' && delivery.tries === 1)).toBe(true);
  });

  test('a webhook that falls too far behind is switched off', async () => {
    const { body } = await hook();
    await world.db`
      insert into notifications.deliveries (id, webhook_id, topic, sequence, type, body, due_at)
      select gen_random_uuid(), ${body.id}, 'old', n, 'x.y', '{}', clock_timestamp() + interval '1 hour'
      from generate_series(1, 10000) n`;
    await world.tell(deposit());
    await world.run('notifications.webhooks');
    const shown = await world.call<Hook>(ann, 'GET', `/webhooks/${body.id}`);
    expect(shown.body).toMatchObject({ enabled: false, disabledReason: 'backlog' });
    const left = await world.db`
      select 1 from notifications.deliveries where webhook_id = ${body.id} and state = 'queued'`;
    expect(left).toHaveLength(0);
  });
});

test('a new secret signs beside the old one for a day', async () => {
  const { body } = await hook();
  const rotated = await world.call<{ secret: string; previousUntil: string }>(
    ann,
    'POST',
    `/webhooks/${body.id}/secret`,
  );
  expect(rotated.body.secret).not.toBe(body.secret);
  const hours = (Date.parse(rotated.body.previousUntil) - Date.now()) / 3_600_000;
  expect(Math.round(hours)).toBe(24);
  await world.tell(deposit());
  await send();
  await verifyWebhook(body.secret, received[0]!.headers, received[0]!.body);
  await verifyWebhook(rotated.body.secret, received[0]!.headers, received[0]!.body);
  await world.db`update notifications.webhooks set previous_until = clock_timestamp() where id = ${body.id}`;
  await world.tell(deposit());
  await send();
  await verifyWebhook(rotated.body.secret, received[1]!.headers, received[1]!.body);
  await expect(verifyWebhook(body.secret, received[1]!.headers, received[1]!.body)).rejects.toThrow();
});

test('a test message arrives, and what has ended can be sent once more with its id', async () => {
  const { body } = await hook({ topics: [`card:${newId()}`] });
  const test_ = await world.call<Delivery>(ann, 'POST', `/webhooks/${body.id}/test`);
  expect(test_).toMatchObject({ status: 202, body: { type: 'webhook.test', state: 'queued' } });
  const early = `/webhooks/${body.id}/deliveries/${test_.body.id}/replay`;
  expect((await world.call(ann, 'POST', early)).body).toMatchObject({ code: 'delivery_queued' });
  await send();
  const again = await world.call<Delivery>(ann, 'POST', early);
  expect(again).toMatchObject({ status: 202, body: { id: test_.body.id, state: 'queued', tries: 0 } });
  await send();
  expect(received.map((message) => message.headers['webhook-id'])).toEqual([test_.body.id, test_.body.id]);
  for (const message of received) {
    expect(await verifyWebhook(body.secret, message.headers, message.body)).toMatchObject({
      type: 'webhook.test',
    });
  }
  await world.call(ann, 'PATCH', `/webhooks/${body.id}`, { enabled: false });
  for (const path of [`/webhooks/${body.id}/test`, early]) {
    expect((await world.call(ann, 'POST', path)).body).toMatchObject({ code: 'webhook_disabled' });
  }
});

test('only its account sees, changes, tests and deletes a webhook, and has twenty at the most', async () => {
  const { body } = await hook();
  const ben = world.person();
  const [delivery] = [await world.call<Delivery>(ann, 'POST', `/webhooks/${body.id}/test`)];
  for (const [method, path, payload] of [
    ['GET', '', undefined],
    ['PATCH', '', { enabled: false }],
    ['DELETE', '', undefined],
    ['POST', '/secret', undefined],
    ['POST', '/test', undefined],
    ['GET', '/deliveries', undefined],
    ['POST', `/deliveries/${delivery!.body.id}/replay`, undefined],
  ] as const) {
    expect((await world.call(ben, method, `/webhooks/${body.id}${path}`, payload)).status, path).toBe(404);
  }
  const others = await hook({}, ben);
  const crossed = `/webhooks/${others.body.id}/deliveries/${delivery!.body.id}/replay`;
  expect((await world.call(ben, 'POST', crossed)).status).toBe(404);
  await Promise.all(Array.from({ length: 25 }, () => hook()));
  const list = await world.call<{ items: Hook[] }>(ann, 'GET', '/webhooks');
  expect(list.body.items).toHaveLength(20);
  expect((await hook()).body).toMatchObject({ code: 'limit_reached' });
  expect((await world.call(ann, 'DELETE', `/webhooks/${body.id}`)).status).toBe(204);
  expect((await world.call(ann, 'GET', `/webhooks/${body.id}`)).status).toBe(404);
});

describe('addresses', () => {
  test.each([
    ...[
      'http://example.com/x',
      'https://user:pw@example.com/',
      'https://10.0.0.1/',
      'https://169.254.169.254/x',
    ],
    ...[
      'https://[fd00::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://0xa.0.0.1/',
      'https://192.168.0.1.',
      'https://',
    ],
  ])('%s is refused', async (url) => {
    const made = await hook({ url });
    expect([400, 422], String(made.status)).toContain(made.status);
  });

  test('this machine is one only where the setting says so, at the call and at the connection', async () => {
    const strict = await openTestWorld({ webhookLoopback: false });
    try {
      const person = strict.person();
      const make = (url: string) => strict.call<Hook>(person, 'POST', '/webhooks', { url, topics: ['me'] });
      for (const url of [`${base}/x`, 'https://localhost/', 'https://127.0.0.1/', 'https://a.localhost/']) {
        expect((await make(url)).body, url).toMatchObject({ code: 'webhook_url_refused' });
      }
      const { body } = await make('https://hooks.example.com/');
      await strict.db`update notifications.webhooks set url = ${`${base}/x`} where id = ${body.id}`;
      await strict.call(person, 'POST', `/webhooks/${body.id}/test`);
      await vi.waitFor(
        async () => {
          await strict.run('notifications.webhooks.send');
          const { body: page } = await strict.call<{ items: Delivery[] }>(
            person,
            'GET',
            `/webhooks/${body.id}/deliveries`,
          );
          expect(page.items).toMatchObject([{ failure: 'address_refused', status: null }]);
        },
        { timeout: 30_000, interval: 20 },
      );
      expect(received).toEqual([]);
    } finally {
      await strict.close();
    }
  });
});
