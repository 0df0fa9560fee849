import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, PASSWORD } from '../support/world.ts';
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

test('many copies are listed at once by a rule, and each is answered by itself', async () => {
  const seller = await site.visit({ as: ben });
  const { page } = seller;
  const [first, second, third] = site.copies.get('ben_trade')!;
  await open(seller, '/sell');
  const boxes = page.locator('.sell-copy');
  await boxes.first().waitFor();
  await page.getByRole('button', { name: /^Choose these/ }).click();
  await page.getByRole('heading', { name: '6 copies' }).waitFor();
  await page.getByRole('button', { name: 'Choose anew' }).click();
  await open(seller, `/sell?copy=${first},${second},${third}&way=listing`);
  await page.getByRole('heading', { name: '3 copies' }).waitFor();
  await page.getByLabel('Prices by').selectOption('same');
  await page.getByLabel('Price of each').fill('8');
  await page.locator('.bulk-list').getByRole('textbox').nth(1).fill('12,5');
  await page.getByText('28.50 USDC', { exact: true }).waitFor();
  await page.locator('.facts').getByText('You receive').waitFor();
  // The third is taken in the meantime: it is refused, and the others are not concerned.
  await ben.ece.market.createListing({ copyId: third!, price: '99' });
  await page.getByRole('button', { name: 'Offer 3 copies for sale' }).click();
  await page.getByText('2 of 3 are for sale now.').waitFor();
  await page.locator('.bulk-row', { hasText: 'This copy is already listed' }).waitFor();
  await page.getByRole('button', { name: 'Try 1 copy again' }).waitFor();
  const { items } = await ben.ece.market.listListings({ sellerHandle: 'ben_trade' });
  expect(Object.fromEntries(items.map(({ copy, price }) => [copy.id, price]))).toEqual({
    [first!]: '8',
    [second!]: '12.5',
    [third!]: '99',
  });
  await leave(seller);
}, 120_000);

test('several copies are auctioned as one lot', async () => {
  const seller = await site.visit({ as: ada, width: 360, height: 780 });
  const { page } = seller;
  const copies = site.copies.get('ada_trade')!.slice(3, 5);
  await open(seller, `/sell?copy=${copies.join()}`);
  await page.getByText('All 2 copies go together').waitFor();
  await page.getByLabel('Starting price').fill('30');
  await page.getByText('You receive').waitFor();
  await page.getByRole('button', { name: 'Start the auction' }).click();
  await page.waitForURL('**/auctions/*');
  const auction = await ada.ece.auctions.get({ id: new URL(page.url()).pathname.split('/').at(-1)! });
  expect(auction.lot.map(({ id }) => id).sort()).toEqual([...copies].sort());
  await leave(seller);
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

  await opened.page.getByRole('button', { name: 'Choose what to show' }).click();
  const dialog = opened.page.getByRole('dialog');
  await dialog.getByRole('checkbox').nth(0).check();
  await dialog.getByRole('checkbox').nth(1).check();
  expect(await accessibilityFaults(opened.page)).toEqual([]);
  await dialog
    .getByRole('button', { name: /forward$/ })
    .nth(1)
    .click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await opened.page.getByText('Your showcase is saved.').waitFor();
  const { items } = await site.world.guest.nfts.showcase({ handle: 'ben_trade' });
  expect(items).toHaveLength(2);
  const links = opened.page.locator('.showcase a');
  await expect.poll(() => links.count()).toBe(2);
  expect(await links.evaluateAll((all) => all.map((each) => each.getAttribute('href')))).toEqual(
    items.map(({ id }) => `/copies/${id}`),
  );
  await leave(opened);
});

test.each(['/wallet', '/sell', '/sell?copy=two', '/account', '/people/ada_trade'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    const two = site.copies.get('cleo_trade')!.slice(0, 2).join();
    await checkScreen(site, path.replace('two', `${two}&way=listing`), {
      as: path.includes('two') ? cleo : ada,
    });
  },
  120_000,
);

test('who is not signed in is asked to, and comes back', async () => {
  for (const path of ['/wallet', '/account/sessions', '/trades/one', '/operator/people/one']) {
    const answer = await fetch(site.url + path, { redirect: 'manual' });
    expect(answer.status, path).toBe(307);
    expect(answer.headers.get('location'), path).toBe(`/sign-in?next=${path}`);
  }
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/orders?view=sold');
  await page.getByLabel('E-mail').fill('ada_trade@test.ece.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/orders?view=sold');
  await leave(opened);
});
