import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { checkScreen, leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';

type Person = Awaited<ReturnType<typeof openSite>>['people'][number];

let site: Site;
let ada: Person;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  const opened = await openSite(['ada_trade', 'ben_trade', 'cleo_trade']);
  site = opened;
  [ada, ben, cleo] = opened.people as [Person, Person, Person];
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('somebody puts a copy up for auction, others bid in the room, and everybody sees it happen', async () => {
  const seller = await site.visit({ as: ada });
  const [copyId] = site.copies.get('ada_trade')!;
  await open(seller, `/sell?copy=${copyId}`);
  await seller.page.getByLabel('Starting price').fill('10');
  await seller.page.getByText('You receive').waitFor();
  await seller.page.getByRole('button', { name: 'Start the auction' }).click();
  await seller.page.waitForURL('**/auctions/*');
  const path = new URL(seller.page.url()).pathname;
  await seller.page.getByText('This is your auction').waitFor();

  const room = await site.visit({ as: ben });
  const { page } = room;
  await open(room, path);
  await page.locator('.live-connected').waitFor();
  await page.getByLabel('Your maximum').fill('5');
  await page.getByRole('button', { name: /^Bid/ }).click();
  await page.getByText('At least 10.00 USDC.', { exact: true }).waitFor();
  await page.getByLabel('Your maximum').fill('20,50');
  await page.getByText('20.50 USDC are held from your wallet').waitFor();
  await page.getByRole('button', { name: 'Bid up to 20.50 USDC' }).click();
  await page.getByText('You lead', { exact: true }).waitFor();
  await page.getByText('9,979.50').waitFor();
  await seller.page.locator('.bids').getByText('ben_trade').waitFor();

  const id = path.split('/').at(-1)!;
  await cleo.ece.auctions.bid({ id, maximum: '30' });
  await page.getByText('You have been outbid').waitFor();
  await page.locator('.board').getByText('cleo_trade').waitFor();
  await page.getByText('10,000.00').waitFor();
  await leave(seller);
  await leave(room);
}, 120_000);

test('somebody lists a copy, and somebody else sees what buying it means and buys it', async () => {
  const seller = await site.visit({ as: ada });
  const copyId = site.copies.get('ada_trade')![2]!;
  await open(seller, `/sell?copy=${copyId}`);
  await seller.page.getByRole('tab', { name: 'Fixed price' }).click();
  await seller.page.getByRole('textbox', { name: 'Price' }).fill('40');
  await seller.page.getByText('You receive').waitFor();
  await seller.page.getByRole('button', { name: 'Offer for sale' }).click();
  await seller.page.waitForURL(`**/copies/${copyId}`);
  await leave(seller);

  const buyer = await site.visit({ as: cleo });
  const { page } = buyer;
  await open(buyer, `/copies/${copyId}`);
  await page.getByRole('button', { name: 'Buy', exact: true }).click();
  await page.getByText('You pay', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Buy for 40.00 USDC' }).click();
  await page.getByText('This copy is yours.').waitFor();
  await page.locator('.provenance').getByText('cleo_trade').first().waitFor();
  expect((await cleo.ece.nfts.getCopy({ id: copyId })).ownerHandle).toBe('cleo_trade');
  await leave(buyer);
}, 120_000);

test('test money arrives while the wallet is open, and a withdrawal asks once more before it goes', async () => {
  const dora = await site.world.person('dora_trade');
  const opened = await site.visit({ as: dora });
  const { page } = opened;
  await open(opened, '/wallet');
  await page.locator('.live-connected').waitFor();
  await page.getByRole('button', { name: 'Get 1,000 test USDC' }).click();
  await page.getByRole('region', { name: 'Balance' }).getByText('1,000.00').waitFor();
  await page.getByLabel('Amount').fill('25');
  await page.getByLabel('To the Solana wallet').fill('not an address');
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('This is not a Solana wallet address').waitFor();
  await page.getByLabel('To the Solana wallet').fill('9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM');
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('button', { name: 'Send 25.00 USDC' }).click();
  await page.getByRole('region', { name: 'Balance' }).getByText('975.00').waitFor();
  await eventually(async () => (await dora.ece.wallet.get()).available === '975');
  await leave(opened);
}, 120_000);

test('a profile is changed, and others see it', async () => {
  const opened = await site.visit({ as: ben });
  await open(opened, '/account');
  await opened.page.getByLabel('Name', { exact: true }).fill('Ben of the Bids');
  await opened.page.getByRole('button', { name: 'Save' }).click();
  await opened.page.getByText('Saved.').waitFor();
  await open(opened, '/people/ben_trade');
  await opened.page.getByRole('heading', { name: 'Ben of the Bids' }).waitFor();
  await leave(opened);
});

test.each(['/wallet', '/sell', '/account', '/people/ada_trade'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, path, { as: ada });
  },
  120_000,
);

test('who is not signed in is asked to, and comes back', async () => {
  const opened = await site.visit();
  await opened.page.goto('/wallet');
  expect(new URL(opened.page.url()).search).toBe('?next=%2Fwallet');
  await leave(opened);
});
