import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { checkScreen, leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';

let site: Site;
let ada: Awaited<ReturnType<typeof openSite>>['people'][number];
let ben: typeof ada;

async function sell(seller: typeof ada, buyer: typeof ada, copyId: string, price: string): Promise<void> {
  const { id } = await seller.ece.market.createListing({ copyId, price });
  await buyer.ece.market.purchase({ id, price });
}

beforeAll(async () => {
  const opened = await openSite(['ada_books', 'ben_books']);
  site = opened;
  [ada, ben] = opened.people as [typeof ada, typeof ada];
  const [mythic, , rare] = site.copies.get('ada_books')!;
  await sell(ada, ben, mythic!, '100');
  await sell(ben, ada, mythic!, '150');
  await sell(ada, ben, rare!, '20');
  await ada.ece.market.createOffer({ copyId: rare!, amount: '25' });
  await eventually(async () => (await ben.ece.portfolio.gains({})).items.length === 1);
  await eventually(async () => {
    const { copies, holdings } = await ben.ece.portfolio.get({ limit: 50 });
    const held = holdings.find(({ copy }) => copy.id === rare);
    return copies === 7 && held?.estimate?.value !== undefined && held.bestOffer !== null;
  });
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('holdings show what they cost, are worth and are offered, and sales what they brought', async () => {
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, '/portfolio');
  const { holdings, value } = await ben.ece.portfolio.get({ limit: 50 });
  const rare = site.copies.get('ada_books')![2]!;
  const held = holdings.find(({ copy }) => copy.id === rare)!;
  expect(held).toMatchObject({ cost: '20', bestOffer: { amount: '25' } });
  await expect.poll(() => page.locator('.totals data').first().getAttribute('value')).toBe(value);
  const row = page
    .getByRole('region', { name: 'Holdings' })
    .last()
    .locator('tr', {
      has: page.locator(`a[href="/copies/${rare}"]`),
    });
  const amounts = await row
    .locator('data')
    .evaluateAll((all) => all.map((each) => each.getAttribute('value')));
  expect(amounts).toEqual(['20', held.estimate!.value, held.gain, '25']);

  const [gain] = (await ben.ece.portfolio.gains({})).items;
  const sold = page.getByRole('region', { name: 'Realised gains' }).last().locator('tbody tr');
  expect(
    await sold.locator('data').evaluateAll((all) => all.map((each) => each.getAttribute('value'))),
  ).toEqual(['100', gain!.proceeds, gain!.gain]);
  await leave(opened);
});

test('order, set and range are in the address, and both tables can be taken along', async () => {
  const opened = await site.visit({ as: ben });
  const { page } = opened;
  await open(opened, '/portfolio');
  await page.getByLabel('Order').selectOption('newest');
  await page.waitForURL('**/portfolio?sort=newest');
  await page.getByRole('link', { name: '7 days' }).click();
  await page.waitForURL('**/portfolio?range=7d&sort=newest');
  await page.getByLabel('Set', { exact: true }).selectOption(site.setId);
  await page.waitForURL(`**/portfolio?range=7d&sort=newest&set=${site.setId}`);
  for (const [name, column] of [
    ['Holdings as CSV', 'acquired_at'],
    ['Gains as CSV', 'proceeds_usdc'],
  ]) {
    const path = await page.getByRole('link', { name }).getAttribute('href');
    const answer = await opened.context.request.get(path!);
    expect(answer.headers()['content-type']).toContain('text/csv');
    expect((await answer.text()).split('\n', 1)[0]).toContain(column);
  }
  await leave(opened);
});

test('an address that makes no sense shows the usual, and nothing held says what to do', async () => {
  const opened = await site.visit({ as: site.admin });
  await open(opened, '/portfolio?range=9y&sort=luck&set=%27');
  await opened.page.getByRole('heading', { name: 'You hold no cards yet' }).waitFor();
  await leave(opened);
});

test('the portfolio is accessible, fits and keeps still', async () => {
  await checkScreen(site, '/portfolio', { as: ben });
}, 120_000);
