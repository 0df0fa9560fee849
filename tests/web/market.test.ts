import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { settled } from './support/browser.ts';
import { checkScreen, leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';

type Person = Awaited<ReturnType<typeof openSite>>['people'][number];

/** How long is waited for what a busy machine shows late. */
const PATIENT = { timeout: 20_000 };

let site: Site;
let ada: Person;
let ben: Person;
let cardId: string;
let copyId: string;

beforeAll(async () => {
  const opened = await openSite(['ada_market', 'ben_market']);
  site = opened;
  [ada, ben] = opened.people as [Person, Person];
  cardId = site.cardIds[0]!;
  copyId = site.copies.get('ada_market')![0]!;
  const [, second] = site.copies.get('ada_market')!;
  const sold = await ada.ece.market.createListing({ copyId: second!, price: '90' });
  await ben.ece.market.purchase({ id: sold.id, price: '90' });
  await ada.ece.market.createListing({ copyId, price: '120' });
  await eventually(async () => {
    const { floors, points } = await ada.ece.marketdata.cardSeries({ id: cardId });
    const { items } = await ada.ece.search.search({ kind: 'copy', cardId, listed: true });
    const { estimate } = await ada.ece.portfolio.estimate({ id: copyId });
    return floors.at(-1)?.floor === '120' && points.length === 1 && items.length === 1 && estimate !== null;
  });
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('the card shows its price, floor and volume, and the chart is read by the keyboard', async () => {
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, `/cards/${cardId}`);
  await page.getByRole('link', { name: 'Buy from 120.00 USDC' }).waitFor();
  const chart = page.getByRole('slider', { name: /^Prices of/ });
  const last = 'last price 90, floor 120, volume 90 USDC, 1 sale';
  expect(await chart.getAttribute('aria-valuetext')).toContain(last);
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await chart.getAttribute('aria-valuetext')).toContain(
    'last price –, floor –, volume 0 USDC, 0 sales',
  );
  await page.keyboard.press('End');
  await page.getByRole('button', { name: '24 h' }).click();
  await expect.poll(() => chart.getAttribute('aria-valuemax'), PATIENT).toBe('24');
  await expect.poll(() => chart.getAttribute('aria-valuetext'), PATIENT).toContain(last);
  await leave(opened);
});

test('every copy is in the table, by serial, price and state', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, `/cards/${cardId}`);
  const rows = page.locator('.copies tbody tr');
  expect(await rows.count()).toBe(4);
  expect(await rows.first().textContent()).toContain('ada_market');
  await page.getByLabel('Show').selectOption('listed');
  await expect.poll(() => rows.count(), PATIENT).toBe(1);
  expect(await rows.first().locator('data').getAttribute('value')).toBe('120');
  await leave(opened);
});

test('somebody offers for a copy, and its owner sells it to them', async () => {
  const buyer = await site.visit({ as: ben });
  await open(buyer, `/copies/${copyId}`);
  await buyer.page.getByRole('heading', { name: 'Estimate' }).waitFor();
  const { estimate } = await ben.ece.portfolio.estimate({ id: copyId });
  const above = Math.round((120 / Number(estimate!.value) - 1) * 100);
  await buyer.page.getByText(`${above}% above its estimate`).waitFor();
  await buyer.page.getByRole('button', { name: 'Make an offer' }).click();
  const dialog = buyer.page.getByRole('dialog');
  await dialog.getByLabel('What you would pay').fill('99999');
  await dialog.getByText('You are short of').waitFor();
  await dialog.getByLabel('What you would pay').fill('100,50');
  await dialog.getByText('9,809.50').waitFor();
  await dialog.getByRole('button', { name: 'Offer 100.50 USDC' }).click();
  await buyer.page.getByText('Your offer stands.').waitFor();
  await open(buyer, '/offers?view=made');
  await buyer.page.getByRole('button', { name: 'Take back' }).waitFor();

  const owner = await site.visit({ as: ada });
  await open(owner, '/offers');
  await owner.page.getByRole('button', { name: 'Accept' }).click();
  await owner.page.getByText('You receive', { exact: true }).waitFor();
  await owner.page.getByRole('button', { name: 'Sell for 100.50 USDC' }).click();
  await owner.page.getByText('Sold.').waitFor();
  await owner.page.getByRole('heading', { name: 'Nobody offers for a card of yours' }).waitFor();
  expect((await ben.ece.nfts.getCopy({ id: copyId })).ownerHandle).toBe('ben_market');
  await leave(owner);
  await leave(buyer);
});

test('offers are declined by the owner and taken back by the buyer', async () => {
  const [, , third, fourth] = site.copies.get('ada_market')!;
  await ben.ece.market.createOffer({ copyId: third!, amount: '5' });
  const owner = await site.visit({ as: ada });
  await open(owner, '/offers');
  await owner.page.getByRole('button', { name: 'Decline' }).click();
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
  await owner.page.getByText('The offer is declined.').waitFor();
  await leave(owner);
  const { id } = await ben.ece.market.createOffer({ copyId: fourth!, amount: '6' });
  const buyer = await site.visit({ as: ben });
  await open(buyer, '/offers?view=made');
  await buyer.page.getByRole('button', { name: 'Take back' }).click();
  await buyer.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await buyer.page.getByText('The offer is taken back.').waitFor();
  expect((await ben.ece.market.getOffer({ id })).state).toBe('withdrawn');
  await buyer.page.getByRole('link', { name: 'All', exact: true }).click();
  await buyer.page.getByText('Declined').waitFor();
  await leave(buyer);
});

test('somebody watches a card, asks for its price, and trades with its owner', async () => {
  const opened = await site.visit({ as: ada });
  const { page } = opened;
  await open(opened, `/cards/${cardId}`);
  await page.getByRole('button', { name: 'Watch' }).click();
  await page.getByRole('button', { name: 'Watching', pressed: true }).waitFor();
  await page.getByRole('button', { name: 'Price alert' }).click();
  await page.getByLabel('this price').fill('50');
  await page.getByRole('button', { name: 'Set the alert' }).click();
  await page.getByText('You will be told.').waitFor();
  expect((await ada.ece.notifications.listPriceAlerts({})).items).toMatchObject([
    { cardId, price: '50', direction: 'below', on: 'listing', state: 'armed' },
  ]);
  await page.reload();
  await settled(page);
  await page.getByRole('button', { name: 'Watching' }).click();
  await page.getByText('It is off your watchlist.').waitFor();
  await page.getByRole('button', { name: 'Watch', pressed: false }).waitFor();
  expect((await ada.ece.notifications.listWatches({})).items).toEqual([]);
  await open(opened, `/copies/${copyId}`);
  const trade = page.getByRole('link', { name: 'Trade with ben_market' });
  expect(await trade.getAttribute('href')).toBe(`/trades/new?with=ben_market&copy=${copyId}`);
  await leave(opened);
});

test.each(['card', 'copy', 'offers'])(
  'the screen %s is accessible, fits and keeps still',
  async (name) => {
    const path = {
      card: `/cards/${cardId}`,
      copy: `/copies/${copyId}`,
      offers: '/offers?view=made&state=all',
    };
    await checkScreen(site, path[name as 'card'], { as: ben });
  },
  180_000,
);

test('what is not there is answered as such, though a screen holds its place', async () => {
  const nobody = '0199aaaa-0000-7000-8000-00000000dead';
  for (const path of ['cards', 'sets', 'copies', 'auctions'].map((kind) => `${kind}/${nobody}`)) {
    expect((await fetch(`${site.url}/${path}`)).status, path).toBe(404);
  }
  expect((await fetch(`${site.url}/people/nobody_at_all`)).status).toBe(404);
  expect((await fetch(`${site.url}/cards/%27`)).status).toBe(404);
});

test('the set shows what somebody has of it, and what the rest costs', async () => {
  const opened = await site.visit({ as: site.admin });
  const { page } = opened;
  await open(opened, `/sets/${site.setId}`);
  await page.getByText('You have 0 of 3 cards.').waitFor();
  const { costToComplete } = await site.admin.ece.portfolio.completion({ id: site.setId });
  expect(await page.locator('.set-progress data').getAttribute('value')).toBe(costToComplete);
  await page.getByRole('button', { name: 'Mine' }).click();
  await page.getByText('You have no card of this set yet.').waitFor();
  await page.getByRole('button', { name: 'Missing' }).click();
  await page.getByRole('link', { name: 'Make an offer' }).first().waitFor();
  await leave(opened);
});

test('orders tell what was bought, sold, bid on and came back', async () => {
  const auction = await ada.ece.auctions.create({
    copyIds: [site.copies.get('ada_market')![4]!],
    startingPrice: '1',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await ben.ece.auctions.bid({ id: auction.id, maximum: '7' });
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, '/orders');
  const prices = await page
    .locator('tbody td.end data')
    .evaluateAll((all) => all.map((each) => each.getAttribute('value')));
  expect(prices).toEqual(
    (await ben.ece.market.listSales({ buyerHandle: 'ben_market' })).items.map((s) => s.price),
  );
  await page.getByRole('link', { name: 'Bids' }).click();
  await page.getByText('You lead').waitFor();
  await page.getByRole('link', { name: 'Refunds' }).click();
  await page.getByText('Your offer ended: Taken back').waitFor();
  // What was sold is in the activity of both; what others do shows as it happens.
  await open(opened, '/activity?view=mine');
  const rows = page.locator('tbody tr');
  const sales = (await ben.ece.market.listSales({ limit: 50 })).items;
  expect(await rows.count()).toBe(sales.length);
  await page.getByRole('link', { name: 'Everything' }).click();
  await page.locator(`tbody a[href="/auctions/${auction.id}"]`).waitFor();
  await page.locator('.live-connected').waitFor();
  const late = site.copies.get('ada_market')![5]!;
  await ada.ece.market.createListing({ copyId: late, price: '77' });
  await page.locator('tbody tr', { hasText: '77.00' }).waitFor();
  await leave(opened);
});

test('the watchlist shows what is watched with its prices, and lets go of it', async () => {
  await ben.ece.notifications.createWatch({ cardId });
  await ben.ece.notifications.createWatch({ copyId });
  await ben.ece.notifications.createPriceAlert({ cardId, direction: 'above', price: '500', on: 'sale' });
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, '/watchlist');
  expect(await page.locator('.watch-row').count()).toBe(2);
  await page
    .getByRole('button', { name: /^Stop watching/ })
    .first()
    .click();
  await expect.poll(() => page.locator('.watch-row').count(), PATIENT).toBe(1);
  expect((await ben.ece.notifications.listWatches({})).items).toHaveLength(1);
  await page.getByRole('link', { name: 'Price alerts' }).click();
  await page.getByText('it is sold at or above').waitFor();
  await page.getByRole('button', { name: /^Delete the alert/ }).click();
  await expect
    .poll(async () => (await ben.ece.notifications.listPriceAlerts({})).items.length, PATIENT)
    .toBe(0);
  await leave(opened);
});

test.each(['/', '/orders', '/watchlist', '/activity'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, path, { as: ben });
  },
  180_000,
);

test('the set is accessible, fits and keeps still', async () => {
  await checkScreen(site, `/sets/${site.setId}`, { as: ben });
}, 180_000);

test('the room of an auction says what its lot is probably worth', async () => {
  const [mine] = site.copies.get('ben_market')!;
  const auction = await ben.ece.auctions.create({
    copyIds: [mine!],
    startingPrice: '10',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const { estimate } = await ben.ece.portfolio.estimate({ id: mine! });
  const opened = await site.visit();
  await open(opened, `/auctions/${auction.id}`);
  const row = opened.page.locator('.facts-row').filter({ hasText: 'Estimate' });
  expect(await row.locator('data').getAttribute('value')).toBe(estimate!.value);
  await leave(opened);
});
