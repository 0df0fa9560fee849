import { createChainClient } from '@ece/platform/chain/client';
import { finalized } from '@ece/platform/chain/test-chain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, PASSWORD } from '../support/world.ts';
import { settled } from './support/browser.ts';
import { leave, open, openSite, SITE_TIMEOUT, type Site } from './support/site.ts';
import { installWallet } from './support/wallet.ts';

type Person = Awaited<ReturnType<typeof openSite>>['people'][number];

const PHONE = { width: 360, height: 780 };
const SIZES = [
  { size: 'desktop', screen: {}, nth: 4 },
  { size: 'phone', screen: PHONE, nth: 0 },
];
/** Milliseconds that a story may take on a busy machine. */
const STORY = 240_000;
const PATIENCE = { timeout: 120_000 };

let site: Site;
let ada: Person;
let ben: Person;
let cleo: Person;
let copies: string[];

beforeAll(async () => {
  const opened = await openSite(['ada_story', 'ben_story', 'cleo_story']);
  site = opened;
  [ada, ben, cleo] = opened.people as [Person, Person, Person];
  copies = site.copies.get('ada_story')!;
}, SITE_TIMEOUT);
afterAll(() => site?.close());

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

test.each(SIZES)(
  'somebody new registers, adds money, buys a card and sells it again ($size)',
  async ({ size, screen, nth }) => {
    const copyId = copies[nth]!;
    const handle = `nora_${size}`;
    const listing = await ada.ece.market.createListing({ copyId, price: '25' });
    const opened = await site.visit(screen);
    const { page } = opened;
    await open(opened, `/register?next=/copies/${copyId}`);
    await page.getByLabel('E-mail').fill(`${handle}@test.ece.example`);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByLabel('Handle').fill(handle);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(`**/copies/${copyId}`);
    await settled(page);
    await page.getByRole('button', { name: 'Buy', exact: true }).click();
    await page.getByText('You are short of 25.00 USDC.').waitFor();

    await open(opened, '/wallet');
    await page.locator('.live-connected').waitFor();
    await page.getByRole('button', { name: 'Get 1,000 test USDC' }).click();
    await page.getByRole('region', { name: 'Balance' }).getByText('1,000.00').waitFor();

    await open(opened, `/copies/${copyId}`);
    await page.getByRole('button', { name: 'Buy', exact: true }).click();
    await page.getByRole('button', { name: 'Buy for 25.00 USDC' }).click();
    await page.getByText('This copy is yours.').waitFor();
    expect((await ada.ece.market.getListing({ id: listing.id })).state).toBe('sold');

    // From the collection to the offer in two steps: what it is worth stands in the field already.
    await eventually(async () => {
      await open(opened, '/portfolio');
      return (await page.getByRole('link', { name: /^Sell / }).count()) > 0;
    });
    await page.getByRole('link', { name: /^Sell / }).click();
    await page.getByText('You receive').waitFor();
    await page.getByRole('textbox', { name: 'Price' }).fill('40');
    const { sellerReceives } = await site.world.guest.market.quote({ copyId, price: '40' });
    await page.locator('.facts').getByText(Number(sellerReceives).toFixed(2)).waitFor();
    await page.getByRole('button', { name: 'Offer for sale' }).click();
    await page.waitForURL(`**/copies/${copyId}`);
    await page.locator('.live-connected').waitFor();
    const [mine] = (await ben.ece.market.listListings({ sellerHandle: handle })).items;
    await ben.ece.market.purchase({ id: mine!.id, price: '40' });
    await page.locator('.provenance').getByText('ben_story').first().waitFor();
    await open(opened, '/wallet');
    const balance = (975 + Number(sellerReceives)).toLocaleString('en', { minimumFractionDigits: 2 });
    await page.getByRole('region', { name: 'Balance' }).getByText(balance).waitFor();
    await leave(opened);
  },
  STORY,
);

test(
  'two people bid against each other through a soft close, and both see everything as it happens',
  async () => {
    const auction = await ada.ece.auctions.create({
      copyIds: [copies[1]!],
      startingPrice: '10',
      endsAt: inSeconds(30),
      softClose: { window: 30, extension: 30 },
    });
    const desk = await site.visit({ as: ben });
    const phone = await site.visit({ as: cleo, ...PHONE });
    const rooms = [desk, phone] as const;
    await Promise.all(rooms.map((room) => open(room, `/auctions/${auction.id}`)));
    await Promise.all(rooms.map(({ page }) => page.locator('.live-connected').waitFor()));
    const bid = async ({ page }: typeof desk, amount: string) => {
      await page.getByLabel('Your maximum').fill(amount);
      await page.getByRole('button', { name: /^Bid up to/ }).click();
    };
    await bid(desk, '20');
    await desk.page.getByText('You lead', { exact: true }).waitFor();
    await phone.page.locator('.board').getByText('ben_story').waitFor();
    await phone.page.getByText('A late bid has moved the end.').waitFor();
    await bid(phone, '30');
    await desk.page.getByText('You have been outbid').waitFor();
    await desk.page.locator('.board').getByText('cleo_story').waitFor();
    await bid(desk, '50');
    await phone.page.getByText('You have been outbid').waitFor();
    expect((await cleo.ece.wallet.get()).held).toBe('0');

    await Promise.all([
      desk.page.getByText('You have won').waitFor(PATIENCE),
      phone.page.getByText(/^Sold for/).waitFor(PATIENCE),
    ]);
    const ended = await ada.ece.auctions.get({ id: auction.id });
    expect(ended).toMatchObject({ state: 'sold', leaderHandle: 'ben_story', bidCount: 3 });
    expect(Date.parse(ended.endsAt)).toBeGreaterThan(Date.parse(auction.endsAt));
    expect((await ada.ece.nfts.getCopy({ id: copies[1]! })).ownerHandle).toBe('ben_story');
    await Promise.all(rooms.map((room) => leave(room)));
  },
  STORY,
);

test(
  'an auction is ended at once by its buy-now price, and who watches sees it',
  async () => {
    const auction = await ada.ece.auctions.create({
      copyIds: [copies[2]!],
      startingPrice: '10',
      buyNowPrice: '60',
      endsAt: inSeconds(3600),
    });
    const seller = await site.visit({ as: ada });
    const buyer = await site.visit({ as: cleo, ...PHONE });
    await open(seller, `/auctions/${auction.id}`);
    await seller.page.locator('.live-connected').waitFor();
    await open(buyer, `/auctions/${auction.id}`);
    await buyer.page.getByRole('button', { name: 'Buy now for 60.00 USDC' }).click();
    await buyer.page.getByRole('dialog').getByRole('button', { name: 'Buy now for 60.00 USDC' }).click();
    await buyer.page.getByText('You have won').waitFor();
    await seller.page.getByText('Sold for 60.00 USDC').waitFor();
    await leave(seller);
    await leave(buyer);
  },
  STORY,
);

test.each(SIZES)(
  'money and a card leave for a wallet that has proven its address, and come back by its own signature ($size)',
  async ({ size, screen, nth }) => {
    const person = size === 'phone' ? cleo : ben;
    const opened = await site.visit({ as: person, ...screen });
    const { page } = opened;
    await installWallet(page, 'Test Wallet');
    await installWallet(page, 'Forging Wallet', true);
    await open(opened, '/wallet');
    await page.locator('.live-connected').waitFor();
    await page.getByRole('button', { name: 'Connect Forging Wallet' }).click();
    await page.getByText('The signature does not fit this address.').waitFor();
    await page.getByRole('button', { name: 'Connect Test Wallet' }).click();
    await page.getByText('Proven to be yours').waitFor();
    await page.getByRole('button', { name: 'Use this address' }).click();
    const address = await page.getByLabel('To the Solana wallet').inputValue();
    expect(address).toMatch(/^[1-9A-HJ-NP-Za-km-z]{43,44}$/);
    await page.getByLabel('Amount').fill('12,5');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('button', { name: 'Send 12.50 USDC' }).click();
    await eventually(async () => {
      const { items } = await person.ece.wallet.transfers({ limit: 1 });
      return items[0]?.kind === 'withdrawal' && items[0].address === address && items[0].state === 'final';
    });
    await page.getByText('Final').first().waitFor();

    const chain = createChainClient({ url: inject('chain') });
    await finalized(chain, await chain.airdrop(address, 1_000_000_000n));
    await page.getByRole('button', { name: 'Pay in from a wallet' }).click();
    await page.getByRole('dialog').getByLabel('Amount').fill('12,5');
    await page.getByRole('dialog').getByRole('button', { name: 'Pay in 12.50 USDC' }).click();
    await page.getByText('Your wallet has paid.').waitFor();
    await page.getByRole('row', { name: /Deposit Final/ }).waitFor();

    const copyId = site.copies.get(person.handle)![nth]!;
    await open(opened, `/copies/${copyId}`);
    await page.getByRole('button', { name: 'Take it to a wallet' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Connect Test Wallet' }).click();
    await dialog.getByRole('button', { name: 'Use this address' }).click();
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByRole('button', { name: 'Send the card' }).click();
    await page.getByText('The card is on its way.').waitFor();
    await eventually(async () => (await person.ece.nfts.getCopy({ id: copyId })).custody === 'outside');
    await open(opened, `/copies/${copyId}`);
    await page.getByText('In an outside wallet', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Bring it back from a wallet' }).click();
    await dialog.getByRole('button', { name: 'Connect Test Wallet' }).click();
    await dialog.getByRole('button', { name: 'Send the card in' }).click();
    await page.getByText('The card is on its way to you.').waitFor();
    await page.getByText('This copy is yours.').waitFor();
    await leave(opened);
  },
  STORY,
);

test(
  'an auction goes on after the server was restarted in its middle: no bid is lost, and the page says so',
  async () => {
    const auction = await ada.ece.auctions.create({
      copyIds: [copies[3]!],
      startingPrice: '10',
      endsAt: inSeconds(3600),
    });
    const desk = await site.visit({ as: ben });
    const phone = await site.visit({ as: cleo, ...PHONE });
    const rooms = [desk, phone] as const;
    await Promise.all(rooms.map((room) => open(room, `/auctions/${auction.id}`)));
    await Promise.all(rooms.map(({ page }) => page.locator('.live-connected').waitFor()));
    await desk.page.getByLabel('Your maximum').fill('20');
    await desk.page.getByRole('button', { name: /^Bid up to/ }).click();
    await desk.page.getByText('You lead', { exact: true }).waitFor();
    // Both rooms at rest: what the bid has set going in its page is over.
    await Promise.all(rooms.map((room) => open(room, `/auctions/${auction.id}`)));
    await Promise.all(rooms.map(({ page }) => page.locator('.live-connected').waitFor()));

    await site.world.restart(async () => {
      await Promise.all(
        rooms.map(({ page }) => page.getByText('The connection was lost.').waitFor(PATIENCE)),
      );
      await phone.page.getByLabel('Your maximum').fill('30');
      await phone.page.getByRole('button', { name: /^Bid up to/ }).click();
      await phone.page.getByText('The exchange cannot be reached.').waitFor(PATIENCE);
    });
    await Promise.all(
      rooms.map(({ page }) =>
        page.getByText('The connection is back, and nothing was missed.').waitFor(PATIENCE),
      ),
    );
    // The same press again: the page still knows what was to be bid.
    await phone.page.getByRole('button', { name: 'Bid up to 30.00 USDC' }).click();
    await phone.page.getByText('You lead', { exact: true }).waitFor();
    await desk.page.getByText('You have been outbid').waitFor();
    const { bidCount, leaderHandle } = await ada.ece.auctions.get({ id: auction.id });
    expect({ bidCount, leaderHandle }).toEqual({ bidCount: 2, leaderHandle: 'cleo_story' });
    // What a browser says of a server that is away, in words of its own.
    const away = [
      /ERR_CONNECTION_REFUSED/,
      /WebSocket connection/,
      /ERR_CONNECTION_RESET/,
      /ERR_EMPTY_RESPONSE/,
    ];
    await Promise.all(rooms.map((room) => leave(room, away)));
  },
  STORY,
);
