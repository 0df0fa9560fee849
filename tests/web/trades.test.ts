import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import {
  accessibilityFaults,
  checkScreen,
  leave,
  open,
  openSite,
  SITE_TIMEOUT,
  type Site,
} from './support/site.ts';

type Person = Awaited<ReturnType<typeof openSite>>['people'][number];

let site: Site;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const opened = await openSite(['ada_swaps', 'ben_swaps']);
  site = opened;
  [ada, ben] = opened.people as [Person, Person];
  const [listed] = site.copies.get('ada_swaps')!.slice(-1);
  await ada.ece.market.createListing({ copyId: listed!, price: '9' });
  await eventually(async () => {
    const found = await ada.ece.search.search({ kind: 'copy', ownerHandle: 'ada_swaps', listed: true });
    const all = await ada.ece.search.search({ kind: 'copy', ownerHandle: 'ben_swaps' });
    return found.items.length === 1 && all.items.length === 6;
  });
}, SITE_TIMEOUT);
afterAll(() => site?.close());

const side = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('two people negotiate: an offer, a counter on a phone, and acceptance, each seen live', async () => {
  const desk = await site.visit({ as: ada });
  await open(desk, '/trades');
  await desk.page.getByRole('link', { name: 'New trade' }).click();
  await desk.page.getByLabel('Who do you want to trade with?').fill('ben_sw');
  await desk.page.getByRole('link', { name: /ben_swaps/ }).click();
  await desk.page.waitForURL('**/trades/new?with=ben_swaps');
  const [give, receive] = [side(desk.page, 'You give'), side(desk.page, 'You receive')];
  await give.getByText('For sale').waitFor();
  expect(await give.getByRole('checkbox', { disabled: true }).count()).toBe(1);
  await desk.page.getByRole('button', { name: 'Review' }).click();
  await desk.page.getByText('Both of you must give something').waitFor();
  await give.getByRole('checkbox', { disabled: false }).first().check();
  await receive.getByRole('checkbox').first().check();
  await give.getByLabel('Cash from you').fill('99999');
  await desk.page.getByRole('button', { name: 'Review' }).click();
  await desk.page.getByText('You do not have that much available').waitFor();
  await give.getByLabel('Cash from you').fill('10');
  await give.getByText('0.25').waitFor();
  await desk.page.getByLabel('Message to ben_swaps').fill('A fair swap?');
  await desk.page.getByRole('button', { name: 'Review' }).click();
  const dialog = desk.page.getByRole('dialog');
  await dialog.getByText('You pay in all').waitFor();
  expect(await dialog.getByText('10.25').count()).toBeGreaterThan(0);
  // Nothing has happened before it is sent.
  expect((await ada.ece.wallet.get()).available).toBe('10000');
  await dialog.getByRole('button', { name: 'Send the offer' }).click();
  await desk.page.waitForURL(/trades\/[0-9a-f-]{36}$/);
  await desk.page.getByText('Waiting for an answer').first().waitFor();
  expect((await ada.ece.wallet.get()).available).toBe('9989.75');

  const phone = await site.visit({ as: ben, width: 390, height: 800 });
  await open(phone, '/trades');
  await phone.page.getByRole('link', { name: /^Answer/ }).click();
  await phone.page.getByText('A fair swap?').first().waitFor();
  await phone.page.getByRole('link', { name: 'Counter', exact: true }).click();
  await phone.page.getByRole('heading', { name: 'Your counter-offer to ada_swaps' }).waitFor();
  const cash = phone.page.getByLabel('Cash from ada_swaps');
  expect(await cash.inputValue()).toBe('10');
  await cash.fill('12,50');
  await phone.page.getByRole('button', { name: 'Review' }).click();
  await phone.page.getByRole('button', { name: 'Send the counter-offer' }).click();
  await phone.page.waitForURL(/trades\/[0-9a-f-]{36}$/);

  // The sender's page goes on to the counter by itself.
  await desk.page.getByRole('button', { name: 'Accept' }).waitFor();
  await desk.page.getByText('ben_swaps countered').waitFor();
  expect((await ada.ece.wallet.get()).available).toBe('10000');
  await phone.page.locator('.live-connected').waitFor();
  await desk.page.getByRole('button', { name: 'Accept' }).click();
  await desk.page.getByRole('dialog').getByText('12.8125').waitFor();
  expect(await accessibilityFaults(desk.page)).toEqual([]);
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
  await desk.page.getByText('Done: cards and cash have changed hands.').waitFor();
  await phone.page.getByText('Done: cards and cash have changed hands.').waitFor();
  expect((await ada.ece.wallet.get()).available).toBe('9987.1875');
  expect((await ben.ece.wallet.get()).available).toBe('10012.5');
  await leave(desk);
  await leave(phone);
}, 180_000);

test('an offer that was withdrawn meanwhile cannot be accepted, and the page says why', async () => {
  const copy = (person: Person) =>
    person.ece.search
      .search({ kind: 'copy', ownerHandle: person.handle, q: '' })
      .then(({ items }) => items.find(({ listings }) => listings === 0)!.id);
  const offer = await ada.ece.trades.create({
    toHandle: 'ben_swaps',
    give: { copyIds: [], cash: '3' },
    receive: { copyIds: [await copy(ben)] },
  });
  const opened = await site.visit({ as: ben });
  await open(opened, `/trades/${offer.id}`);
  await opened.page.getByRole('button', { name: 'Decline' }).click();
  await opened.page.getByRole('dialog').getByText('Decline this trade?').waitFor();
  await opened.page.keyboard.press('Escape');
  await ada.ece.trades.withdraw({ id: offer.id });
  await opened.page.getByText('This offer was withdrawn. Nothing has moved.').waitFor();
  await leave(opened);
}, 120_000);

test.each(['/trades', '/trades?view=all', '/trades/new', '/trades/new?with=ben_swaps', 'one'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    const [offer] = (await ada.ece.trades.list({ state: 'accepted' })).items;
    await checkScreen(site, path === 'one' ? `/trades/${offer!.id}` : path, { as: ada });
  },
  120_000,
);
