import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkScreen, leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';

let site: Site;
let ada: Awaited<ReturnType<typeof openSite>>['people'][number];

beforeAll(async () => {
  const opened = await openSite(['ada_operator']);
  site = opened;
  [ada] = opened.people as [typeof ada];
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('somebody sees where they are signed in, and ends one session and then all others', async () => {
  const phone = await site.visit({ as: ada, width: 390, height: 800 });
  const others = await Promise.all([site.visit({ as: ada }), site.visit({ as: ada })]);
  const { page } = phone;
  await open(phone, '/account/sessions');
  const rows = page.locator('.session');
  const count = await rows.count();
  expect(count).toBeGreaterThanOrEqual(3);
  await page.getByText('This one').waitFor();
  await page
    .getByRole('button', { name: /^Sign out: / })
    .first()
    .click();
  await page.getByText('That session has ended.').waitFor();
  expect(await rows.count()).toBe(count - 1);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('You are signed in nowhere else.').waitFor();
  expect(await rows.count()).toBe(1);
  for (const other of others) {
    expect((await other.context.request.get('/api/v1/users/me')).status()).toBe(401);
    await leave(other);
  }
  expect((await phone.context.request.get('/api/v1/users/me')).status()).toBe(200);
  await leave(phone);
  ada = await site.world.person('ada_operator');
});

test('the theme and the language are chosen among the preferences, and stay', async () => {
  const opened = await site.visit({ as: ada, theme: 'light' });
  const { page } = opened;
  await open(opened, '/account/preferences');
  await page.getByRole('main').getByLabel('Dark').check();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(11, 14, 13)');
  await page.getByRole('main').getByLabel('Deutsch').check();
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
  const html = await (await opened.context.request.get('/account/preferences')).text();
  expect(html).toContain('data-theme="dark"');
  expect(html).toContain('lang="de"');
  await leave(opened);
});

test.each(['/account', '/account/sessions', '/account/preferences'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, path, { as: ada });
  },
  120_000,
);
