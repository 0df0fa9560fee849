import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityFaults,
  checkScreen,
  leave,
  open,
  openSite,
  SITE_TIMEOUT,
  type Site,
} from './support/site.ts';

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
}, 120_000);

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

const HEADER = 'set_code,set_name,number,name,rarity,category,edition_size,artwork';
const ART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>';
const file = (name: string, mimeType: string, text: string) => ({
  name,
  mimeType,
  buffer: Buffer.from(text),
});

const SIZES = [
  ['desktop', 1280],
  ['phone', 390],
] as const;

test.each(SIZES)(
  'an admin imports a catalogue and mints of it: bad rows come first, by their lines (%s)',
  async (size, width) => {
    const code = size.toUpperCase().slice(0, 8);
    const opened = await site.visit({ as: site.admin, width, height: 844 });
    const { page } = opened;
    await open(opened, '/operator/catalogue');
    const rows = (edition: string) =>
      [
        HEADER,
        `${code},Set of ${size},1,First ${size},rare,Test,${edition},a.svg`,
        `${code},,2,Second,mythic,Test,5,b.svg`,
      ].join('\n');
    const choose = (edition: string, ...names: string[]) =>
      Promise.all([
        page.getByLabel('Catalogue, as CSV').setInputFiles(file('cards.csv', 'text/csv', rows(edition))),
        page.getByLabel('Images:').setInputFiles(names.map((name) => file(name, 'image/svg+xml', ART))),
      ]);
    await choose('many', 'a.svg');
    await page.getByRole('button', { name: 'Check' }).click();
    const faults = page.getByRole('table', { name: 'What is wrong' });
    await page.getByText('2 faults. Nothing was imported.').waitFor();
    expect(await faults.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/^2\s+edition_size must be/),
      expect.stringMatching(/^3\s+There is no artwork called "b.svg"/),
    ]);
    await choose('12', 'a.svg', 'b.svg');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('2 cards · 1 new set · editions of 17 in all').waitFor();
    expect((await site.world.guest.nfts.listSets({})).items.map((set) => set.code)).not.toContain(code);
    await page.getByRole('button', { name: 'Import all of it' }).click();
    await page.getByText('2 cards were imported.').waitFor();
    await open(opened, `/operator/minting?set=${code}`);
    await page.getByRole('button', { name: `Mint copies of First ${size}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('How many').fill('13');
    await dialog.getByRole('button', { name: 'Mint' }).click();
    await dialog.getByText('Enter a whole number from 1 to 12.').waitFor();
    await dialog.getByLabel('How many').fill('2');
    await dialog.getByLabel('For whom').fill(ada.handle);
    await dialog.getByRole('button', { name: 'Mint' }).click();
    await page.getByText('2 copies are on their way.').waitFor();
    await page.getByText('2 of 12').waitFor();
    // The browser itself reports the refusal of the first file.
    await leave(opened, [/status of 422/]);
  },
);

test.each(SIZES)(
  'a moderator freezes a collector and ends it, and has no way to what is for admins (%s)',
  async (size, width) => {
    const moderator = await site.world.person(`mod_${size}`, 'moderator');
    const opened = await site.visit({ as: moderator, width, height: 844 });
    const { page } = opened;
    await open(opened, '/operator');
    await page.waitForURL('**/operator/halts');
    expect(await page.getByRole('button', { name: 'Halt trading' }).count()).toBe(0);
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByLabel('Handle or e-mail').fill('ada_op');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: /@ada_operator/ }).click();
    await page.getByRole('button', { name: 'Freeze the account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Freeze the account' }).click();
    await dialog.getByText('Say why, in one line.').waitFor();
    await dialog.getByLabel('Reason').fill('a test of the freeze');
    await dialog.getByRole('button', { name: 'Freeze the account' }).click();
    await page.getByText('ada_operator is frozen.').waitFor();
    await page.getByRole('cell', { name: 'a test of the freeze' }).first().waitFor();
    expect((await site.admin.ece.admin.users({ frozen: 'true' })).items.map(({ handle }) => handle)).toEqual([
      'ada_operator',
    ]);
    await page.getByRole('button', { name: 'End the freeze' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the freeze' }).click();
    await page.getByText('ada_operator is not frozen any more.').waitFor();
    await leave(opened);
  },
);

test('a halt is seen by every visitor at once, stops trade, and goes when it is over', async () => {
  const visitor = await site.visit({ width: 390, height: 844 });
  await open(visitor, '/');
  const banner = visitor.page.getByRole('status', { name: 'Halts of trading' });
  expect(await banner.textContent()).toBe('');
  await visitor.page.locator('.live-connected').waitFor();
  const opened = await site.visit({ as: site.admin });
  const { page } = opened;
  await open(opened, '/operator/halts');
  await page.getByRole('button', { name: 'Halt trading' }).click();
  await page.getByText('Say why, in one line.').waitFor();
  await page.getByLabel('Reason').fill('we look into a price');
  await page.getByRole('button', { name: 'Halt trading' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Halt trading' }).click();
  await banner.getByText('we look into a price').waitFor();
  const listing = { copyId: site.copies.get('ada_operator')![0]!, price: '3' };
  await expect(ada.ece.market.createListing(listing)).rejects.toMatchObject({ code: 'trading_halted' });
  for (const theme of ['light', 'dark'] as const) {
    await visitor.page.emulateMedia({ colorScheme: theme });
    expect(await accessibilityFaults(visitor.page), theme).toEqual([]);
  }
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Trading goes on. No halt is in force.').waitFor();
  await banner.getByText('we look into a price').waitFor({ state: 'detached' });
  await ada.ece.market.createListing(listing);
  await open(opened, '/operator/audit?action=trading.halt');
  await page.getByRole('cell', { name: /we look into a price/ }).waitFor();
  await Promise.all([leave(opened), leave(visitor)]);
});

test('the operator area is not there for anybody else', async () => {
  const opened = await site.visit({ as: ada });
  for (const path of ['/operator', '/operator/people', '/operator/audit']) {
    expect((await opened.page.goto(path))!.status(), path).toBe(404);
  }
  await leave(opened, [/status of 404/]);
});

test.each(['', '/halts', '/people', '/catalogue', '/minting', '/audit'])(
  'the screen /operator%s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, `/operator${path}`, { as: site.admin });
  },
  120_000,
);
