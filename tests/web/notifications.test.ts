import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilConsumed } from '../support/horizon.ts';
import { settled } from './support/browser.ts';
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
let ben: typeof ada;
let cleo: typeof ada;
let auctionId: string;

beforeAll(async () => {
  const opened = await openSite(['ada_bell', 'ben_bell', 'cleo_bell']);
  site = opened;
  [ada, ben, cleo] = opened.people as [typeof ada, typeof ada, typeof ada];
  const auction = await ada.ece.auctions.create({
    copyIds: [site.copies.get('ada_bell')![0]!],
    startingPrice: '10',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  auctionId = auction.id;
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('the bell counts what happens while the page is open, and leads to it', async () => {
  // What he got to begin with is told first.
  const { db } = site.world.exchange.resources;
  await untilConsumed(db);
  const [newest] = (await ben.ece.notifications.list({ limit: 1 })).items;
  await ben.ece.notifications.markRead({ upTo: newest!.id });
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, '/');
  await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
  await page.locator('.live-connected').waitFor();
  await ben.ece.auctions.bid({ id: auctionId, maximum: '20' });
  await cleo.ece.auctions.bid({ id: auctionId, maximum: '50' });
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  const panel = page.getByRole('dialog', { name: 'Latest notifications' });
  await panel.getByRole('link', { name: 'You were outbid on' }).click();
  await page.waitForURL(`**/auctions/${auctionId}`);
  await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
  expect((await ben.ece.notifications.list({ unread: true })).items).toEqual([]);
  await leave(opened);
});

test('the page pages, filters, and marks one or all of them', async () => {
  const opened = await site.visit({ as: ada });
  const { page } = opened;
  for (let index = 0; index < 32; index++) {
    await ben.ece.market
      .createOffer({ copyId: site.copies.get('ada_bell')![2]!, amount: String(index + 1) })
      .then(({ id }) => ben.ece.market.withdrawOffer({ id }));
  }
  const offers = async () =>
    (await ada.ece.notifications.list({ limit: 100 })).items.filter(({ type }) => type.startsWith('offer_'));
  await expect.poll(async () => (await offers()).length, { timeout: 60_000 }).toBe(64);

  await open(opened, '/notifications');
  await expect.poll(() => page.locator('.notification').count()).toBe(30);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => page.locator('.notification').count()).toBe(60);
  const [newest] = (await ada.ece.notifications.list({ limit: 1 })).items;
  const before = (await ada.ece.notifications.list({ limit: 1 })).unread;
  await page.getByRole('button', { name: 'Mark as read' }).first().click();
  await page.getByRole('button', { name: `Notifications, ${before - 1} unread` }).waitFor();
  // What further pages brought stays when the number moves.
  expect(await page.locator('.notification').count()).toBe(60);
  expect((await ada.ece.notifications.list({ limit: 1 })).items[0]).toMatchObject({
    id: newest!.id,
    readAt: expect.any(String),
  });

  await page.getByRole('link', { name: 'Unread' }).click();
  await page.waitForURL('**/notifications?show=unread');
  await page.locator('.notification').first().waitFor();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
  await page.reload();
  await page.getByText('You have read everything').waitFor();
  await leave(opened);
});

test('what comes by mail is chosen and kept', async () => {
  const opened = await site.visit({ as: cleo });
  const { page } = opened;
  await open(opened, '/notifications/mail');
  await page.getByLabel('Somebody outbids you').uncheck();
  await page.getByLabel('Your offer is declined').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const { items } = await cleo.ece.notifications.preferences();
  const chosen = items.filter(({ mail, default: byDefault }) => mail !== byDefault);
  expect(chosen.map(({ type, mail }) => [type, mail]).sort()).toEqual([
    ['offer_declined', true],
    ['outbid', false],
  ]);
  await page.reload();
  await settled(page);
  expect(await page.getByLabel('Somebody outbids you').isChecked()).toBe(false);
  await page.getByRole('button', { name: 'Back to the defaults' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect((await cleo.ece.notifications.preferences()).items.every((each) => each.mail === each.default)).toBe(
    true,
  );
  await leave(opened);
});

test('somebody who is not signed in is asked to be, and comes back', async () => {
  const opened = await site.visit();
  await open(opened, '/notifications');
  await opened.page.waitForURL((url) => url.searchParams.get('next') === '/notifications');
  await leave(opened);
});

test.each(['/notifications', '/notifications?show=unread', '/notifications/mail'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, path, { as: ben });
  },
  120_000,
);

test('the open panel is accessible', async () => {
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, '/');
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await page.locator('.bell-panel .notification').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('.bell-panel').waitFor({ state: 'hidden' });
  await leave(opened);
});
