import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyWebhook, WebhookError } from './index.ts';

/** The vector that the Standard Webhooks libraries are tested with. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"test": 2432232314}';
const now = 1_614_265_330;
const HEADERS = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': String(now),
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const good = HEADERS['webhook-signature'];

test('the published vector is good, as Headers, as an object and as bytes', async () => {
  const event = { test: 2432232314, id: HEADERS['webhook-id'] };
  expect(await verifyWebhook(SECRET, HEADERS, BODY, { now })).toEqual(event);
  expect(await verifyWebhook(SECRET, new Headers(HEADERS), Buffer.from(BODY), { now })).toEqual(event);
  const upper = Object.fromEntries(
    Object.entries(HEADERS).map(([name, value]) => [name.toUpperCase(), value]),
  );
  expect(await verifyWebhook(SECRET.slice('whsec_'.length), upper, BODY, { now })).toEqual(event);
});

test('one good signature of several is enough', async () => {
  const other = `v1,${randomBytes(32).toString('base64')}`;
  for (const signatures of [`${other} ${good}`, `${good} ${other}`, `v1a,xyz v2,abc ${good}`]) {
    const headers = { ...HEADERS, 'webhook-signature': signatures };
    await expect(verifyWebhook(SECRET, headers, BODY, { now })).resolves.toBeDefined();
  }
});

test('whatever is changed is refused', async () => {
  const refused = async (secret: string, headers: object, body: string) => {
    await expect(
      verifyWebhook(secret, { ...HEADERS, ...headers }, body, { now }),
      JSON.stringify([secret, headers, body]),
    ).rejects.toBeInstanceOf(WebhookError);
  };
  await refused(SECRET, {}, `${BODY} `);
  await refused(SECRET, { 'webhook-id': 'msg_other' }, BODY);
  await refused(SECRET, { 'webhook-timestamp': String(now + 1) }, BODY);
  await refused(`whsec_${randomBytes(24).toString('base64')}`, {}, BODY);
  await refused('whsec_', {}, BODY);
  await refused('whsec_$', {}, BODY);
  for (const signature of [
    '',
    'v1,',
    'v1',
    good.slice(3),
    good.replace('v1', 'v2'),
    `${good.slice(0, -4)}AAA=`,
  ]) {
    await refused(SECRET, { 'webhook-signature': signature }, BODY);
  }
  for (const timestamp of ['', 'x', '1e9', '-1', `${now}.5`]) {
    await refused(SECRET, { 'webhook-timestamp': timestamp }, BODY);
  }
  for (const name of Object.keys(HEADERS)) await refused(SECRET, { [name]: undefined }, BODY);
});

test('a message is good for five minutes before and after, or as long as is asked', async () => {
  const at = (seconds: number, toleranceSeconds?: number) =>
    verifyWebhook(SECRET, HEADERS, BODY, {
      now: now + seconds,
      ...(toleranceSeconds && { toleranceSeconds }),
    });
  for (const seconds of [-300, 0, 300]) await expect(at(seconds)).resolves.toBeDefined();
  for (const seconds of [-301, 301, 86_400]) await expect(at(seconds)).rejects.toThrow('not of now');
  await expect(at(3600, 3600)).resolves.toBeDefined();
});

test('a signed body that is of this very moment needs no clock of the caller', async () => {
  const at = Math.floor(Date.now() / 1000);
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`id.${at}.{}`).digest('base64');
  const headers = {
    'webhook-id': 'id',
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
  expect(await verifyWebhook(SECRET, headers, '{}')).toEqual({ id: 'id' });
});
