import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { settled } from './support/browser.ts';
import { checkScreen, leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';

/** Copies of which the list is long enough for several pages. */
const MANY = 200;

let site: Site;

beforeAll(async () => {
  const opened = await openSite(['ada_looks']);
  site = opened;
  const [ada] = opened.people;
  const { ece } = site.admin;
  const { name, description, category, artwork } = await ece.nfts.getCard({ id: site.cardIds[0]! });
  const picture = await fetch(new URL(new URL(artwork.url).pathname, site.url));
  const card = await ece.nfts.createCard({
    setId: site.setId,
    number: 999,
    name: `${name} again`,
    description,
    rarity: 'epic',
    category,
    editionSize: MANY,
    attributes: [],
    artwork: Buffer.from(await picture.arrayBuffer()).toString('base64'),
  });
  for (let minted = 0; minted < MANY; minted += 100) {
    await ece.nfts.mint({ id: card.id, quantity: 100, ownerHandle: 'ada_looks' });
  }
  await ada!.ece.market.createListing({ copyId: site.copies.get('ada_looks')![0]!, price: '12.5' });
  await eventually(async () => {
    const found = await ece.search.search({ kind: 'copy', listed: true });
    const copies = await ece.search.search({ kind: 'copy' });
    return found.total?.count === 1 && copies.total?.count === MANY + 6;
  });
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test.each([
  '/explore',
  '/explore?kind=copy&view=table',
  '/explore?kind=set',
  '/explore?kind=person',
  '/explore?q=zzqqxx',
])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, path);
  },
  120_000,
);

test('filters show their results at once, are in the address, and go by the back button', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/explore');
  const results = page.getByRole('region', { name: 'Results' });
  await results.getByText('4 results').waitFor();
  await page.getByRole('checkbox', { name: /Epic/ }).click();
  await results.getByText('1 result', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?rarity=epic');
  await page.getByRole('checkbox', { name: 'For sale' }).click();
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await results.getByRole('button', { name: 'Remove 2 filters' }).last().click();
  await results.getByText('4 results').waitFor();
  await page.getByRole('button', { name: 'Copies' }).click();
  await page.getByRole('checkbox', { name: 'For sale' }).click();
  await results.getByText('1 result', { exact: true }).waitFor();
  await results.getByText('12.50').waitFor();
  await page.goBack();
  await results.getByText(`${MANY + 6} results`).waitFor();
  await expect.poll(() => page.getByRole('checkbox', { name: 'For sale' }).isChecked()).toBe(false);
  await leave(opened);
});

test('words are looked for while they are typed', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/explore');
  const field = page.getByRole('searchbox', { name: 'Search words' });
  await field.pressSequentially('again');
  await page.getByText('1 result', { exact: true }).first().waitFor();
  expect(await field.inputValue()).toBe('again');
  await page.waitForURL('**/explore?q=again');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
  // The arrow keys lead through what was found, and back.
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'));
  await field.fill('');
  await page.getByText('4 results').first().waitFor();
  const links = await page
    .locator('a[data-hit]')
    .evaluateAll((all) => all.map((each) => each.getAttribute('href')));
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe(links[0]);
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(links[1]);
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
  await leave(opened);
});

test.each(['', '&view=table'])(
  'of many copies%s only those near the window are in the document',
  async (view) => {
    const opened = await site.visit();
    const { page } = opened;
    await open(opened, `/explore?kind=copy&sort=serial${view}`);
    const end = async () => {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      return await page.getByText(`No. ${MANY} of ${MANY}`).count();
    };
    await expect.poll(end, { timeout: 20_000 }).toBe(1);
    expect(await page.locator('[data-hit]').count()).toBeLessThan(120);
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByText(`No. 1 of ${MANY}`).waitFor();
    await leave(opened);
  },
);

test('who comes back finds the list as it was left, with its filters; who comes by a link begins anew', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/explore?kind=copy&sort=serial');
  await page.getByRole('checkbox', { name: /Epic/ }).click();
  await page.getByRole('region', { name: 'Results' }).getByText(`${MANY} results`).waitFor();
  const last = page.locator('[data-hit]').filter({ hasText: `No. ${MANY - 5} of ${MANY}` });
  await eventually(async () => {
    await page.evaluate(() => scrollBy(0, 2000));
    return (await last.count()) === 1;
  });
  await last.scrollIntoViewIfNeeded();
  const place = () => page.evaluate(() => scrollY);
  const left = await place();
  await last.click();
  await page.waitForURL('**/copies/*');
  await settled(page);
  expect(await place()).toBe(0);
  await page.goBack();
  await last.waitFor();
  await expect.poll(place).toBe(left);
  expect(await page.locator('[data-hit]').count()).toBeLessThan(120);
  await page.goForward();
  await page.waitForURL('**/copies/*');
  await settled(page);
  await page.locator('header').getByRole('link', { name: 'Explore' }).click();
  await page.getByRole('region', { name: 'Results' }).getByText('4 results').waitFor();
  expect(await place()).toBe(0);
  await leave(opened);
});

test('a list that has grown by its button is as long for who comes back', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/people/ada_looks');
  const tiles = page.locator('main a[href^="/copies/"]');
  const first = await tiles.count();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => tiles.count()).toBeGreaterThan(first);
  const grown = await tiles.count();
  await tiles.last().click();
  await page.waitForURL('**/copies/*');
  await settled(page);
  await page.goBack();
  await expect.poll(() => tiles.count()).toBe(grown);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(1000);
  await leave(opened);
});

test('who comes back to filters in a browser that keeps no places reads on where those results end', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await page.addInitScript(() => Object.defineProperty(globalThis, 'navigation', { value: undefined }));
  await open(opened, '/explore?kind=copy&sort=serial');
  await page.getByRole('checkbox', { name: /Epic/ }).click();
  const results = page.getByRole('region', { name: 'Results' });
  await results.getByText(`${MANY} results`).waitFor();
  await page.locator('[data-hit]').first().click();
  await page.waitForURL('**/copies/*');
  await settled(page);
  await page.goBack();
  await results.getByText(`${MANY} results`).waitFor();
  const further = page.waitForResponse(/[?&]cursor=/);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const { items } = await (await further).json();
  expect(items[0].serial).toBe(61);
  await leave(opened);
});

test('who has scrolled before the page is ready gets further pages all the same', async () => {
  const opened = await site.visit();
  const { page } = opened;
  let goOn = () => {};
  const scrolled = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route('**/*.js', async (route) => {
    await scrolled;
    await route.continue();
  });
  await page.goto('/explore?kind=copy&sort=serial&view=table', { waitUntil: 'commit' });
  await page.locator('[data-hit]').nth(50).waitFor();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const further = page.waitForResponse(/[?&]cursor=/);
  goOn();
  expect((await further).status()).toBe(200);
  await leave(opened);
});

test('a search that fails says so and can be tried again', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/explore');
  await page.route('**/api/v1/search?*', (route) => route.abort());
  await page.getByRole('checkbox', { name: /Epic/ }).click();
  await page.getByRole('heading', { name: 'The search did not work' }).waitFor();
  await page.unroute('**/api/v1/search?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('1 result', { exact: true }).first().waitFor();
  await leave(opened, [/ERR_FAILED/]);
});
