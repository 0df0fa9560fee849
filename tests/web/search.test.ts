import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { accessibilityFaults, leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';

let site: Site;
let cardName: string;

beforeAll(async () => {
  const opened = await openSite(['ada_finds', 'ben_finds']);
  site = opened;
  const { ece } = opened.people[0]!;
  cardName = (await ece.nfts.getCard({ id: site.cardIds[0]! })).name;
  await eventually(async () => (await ece.search.suggest({ q: 'ada_finds' })).people.length === 1);
  await eventually(async () => (await ece.search.suggest({ q: cardName })).cards.length > 0);
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('the search is used by the keyboard alone', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/');
  const field = page.getByRole('combobox', { name: 'Search cards, sets and people' });
  await page.keyboard.press('/');
  await page.keyboard.type(cardName.slice(0, 5));
  const option = page.getByRole('option', { name: cardName });
  await option.waitFor();
  expect(await field.getAttribute('aria-expanded')).toBe('true');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  expect(await option.getAttribute('aria-selected')).toBe('true');
  expect(await field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
  await page.keyboard.press('Escape');
  await option.waitFor({ state: 'hidden' });
  expect(await field.inputValue()).toBe(cardName.slice(0, 5));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/cards/${site.cardIds[0]}`);
  await page.getByRole('heading', { level: 1, name: cardName }).waitFor();
  await leave(opened);
});

test('the search finds people, and says where nothing fits', async () => {
  const opened = await site.visit({ width: 390, height: 800, theme: 'dark' });
  const { page } = opened;
  await open(opened, '/auctions');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.keyboard.type('ben_finds');
  await page.getByRole('option', { name: /ben_finds/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('combobox').fill('zzqqxx');
  await page.getByText('No name begins like this.').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/explore?q=zzqqxx');
  await leave(opened);
});

test('of two questions only the answer to the newer one is shown', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/auctions');
  const counts = { asked: 0, answered: 0 };
  const held = Promise.withResolvers<void>();
  await page.route('**/api/v1/search/suggest?q=ada*', async (route) => {
    counts.asked++;
    await held.promise;
    await route.continue().catch(() => {});
    counts.answered++;
  });
  const field = page.getByRole('combobox');
  await field.fill('ada_finds');
  await expect.poll(() => counts.asked).toBe(1);
  await field.fill('ben_finds');
  await page.getByRole('option', { name: /ben_finds/ }).waitFor();
  held.resolve();
  await expect.poll(() => counts.answered).toBe(1);
  expect(await page.getByRole('option', { name: /ada_finds/ }).count()).toBe(0);
  await leave(opened);
});
