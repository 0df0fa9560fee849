import { openOtlp } from '@ece/platform/telemetry/otlp';
import { recordTo } from '@ece/platform/telemetry/spans';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReceiver } from '../support/otlp-receiver.ts';
import { PASSWORD } from '../support/world.ts';
import { settled, type Visit } from './support/browser.ts';
import { checkScreen, leave, open, openSite, SITE_TIMEOUT, type Site, scriptBytes } from './support/site.ts';

/** Compressed kilobytes of scripts that the start page may load. */
const SCRIPT_BUDGET = 180;

let site: Site;
let ada: Awaited<ReturnType<typeof openSite>>['people'][number];
let ben: typeof ada;
let auctionId: string;

beforeAll(async () => {
  const opened = await openSite(['ada_web', 'ben_web']);
  site = opened;
  [ada, ben] = opened.people as [typeof ada, typeof ada];
  const auction = await ada.ece.auctions.create({
    copyIds: [site.copies.get('ada_web')![0]!],
    startingPrice: '10',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  auctionId = auction.id;
}, SITE_TIMEOUT);
afterAll(() => site?.close());

test('pages come with a policy that lets no script run without its nonce', async () => {
  const [one, two] = await Promise.all([1, 2].map(() => fetch(site.url, { headers: { 'x-nonce': 'mine' } })));
  const policy = one!.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!;
  expect(two!.headers.get('content-security-policy')).not.toContain(nonce);
  const html = await one!.text();
  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  expect(scripts.length).toBeGreaterThan(3);
  for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`);
  // All of them are put off until the page has been painted.
  expect(html.match(/<script[^>]+data-late="/g)!.length).toBeGreaterThan(3);
  expect(html).not.toMatch(/<script[^>]+\sasync/);
  expect(html).not.toMatch(/<[^>]+\sstyle="/);
  expect(html).not.toContain('nonce="mine"');
  for (const [name, value] of [
    ['x-frame-options', 'DENY'],
    ['x-content-type-options', 'nosniff'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cache-control', 'private, no-cache, no-store, max-age=0, must-revalidate'],
  ]) {
    expect(one!.headers.get(name!), name).toBe(value);
  }
  expect(one!.headers.get('x-powered-by')).toBeNull();
});

test('an error that no page catches is told to the exchange, once, in the trace of the last call', async () => {
  const receiver = await openReceiver();
  const telemetry = openOtlp({ endpoint: receiver.url, ratio: 0, resource: { 'service.name': 'test' } });
  recordTo(telemetry.recorder);
  const opened = await site.visit();
  const { page } = opened;
  const told = page.waitForRequest('**/browser-errors');
  await open(opened, '/explore');
  await page.evaluate(() => {
    const fail = () => {
      throw new TypeError("Cannot read properties of undefined (reading 'price')");
    };
    setTimeout(fail);
    setTimeout(fail);
    void Promise.reject(new RangeError('promised to ada_web@test.ece.example'));
  });
  const { traceparent } = (await told).headers();
  await expect.poll(() => receiver.logs.length, { timeout: 30_000 }).toBe(2);
  const of = (type: string) => receiver.logs.find(({ attributes }) => attributes['exception.type'] === type);
  expect(of('TypeError')!.attributes).toMatchObject({
    'exception.message': "Cannot read properties of undefined (reading 'price')",
    'ece.page': '/explore',
    'ece.release': expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(receiver.logs.map(({ traceId }) => traceId)).toContain(traceparent!.slice(3, 35));
  expect(of('RangeError')!.attributes['exception.message']).toBe('promised to [address]');
  recordTo(undefined);
  await Promise.all([telemetry.close(), receiver.close()]);
  await leave(opened, [/Cannot read properties|promised to/]);
  expect(receiver.logs).toHaveLength(2);
});

/** Opens a page of which no script arrives before `goOn` is called. */
async function openHeld({ page }: Visit, path: string) {
  const held = Promise.withResolvers<void>();
  await page.route(/\/_next\/.*\.js/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(path, { waitUntil: 'domcontentloaded' });
  return {
    async goOn() {
      expect(await page.evaluate(() => 'ready' in document.documentElement.dataset)).toBe(false);
      held.resolve();
    },
  };
}

test('what is typed and pressed before a page can answer counts', async () => {
  const opened = await site.visit();
  const { page } = opened;
  const { goOn } = await openHeld(opened, '/sign-in');
  await page.getByLabel('E-mail').fill('ada_web@test.ece.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await goOn();
  await page.getByText('Welcome back').waitFor();
  await leave(opened);
});

test('so do a box that is ticked, a choice, and the button of a thing for sale', async () => {
  const opened = await site.visit();
  const { page } = opened;
  const ticked = await openHeld(opened, '/explore');
  await page.getByRole('checkbox', { name: /Rare/ }).click();
  await ticked.goOn();
  await page.waitForURL('**/explore?rarity=rare');
  await expect.poll(() => page.getByRole('checkbox', { name: /Rare/ }).isChecked()).toBe(true);

  const chosen = await openHeld(opened, '/explore');
  await page.locator('.explore-bar select').selectOption('cheapest');
  await chosen.goOn();
  await page.waitForURL('**/explore?sort=cheapest');

  const copyId = site.copies.get('ada_web')![5]!;
  await ada.ece.market.createListing({ copyId, price: '7' });
  const buyer = await site.visit({ as: ben });
  const pressed = await openHeld(buyer, `/copies/${copyId}`);
  await buyer.page.getByRole('button', { name: 'Buy', exact: true }).click();
  await pressed.goOn();
  await buyer.page.getByRole('dialog').waitFor();
  await leave(buyer);
  await leave(opened);
});

test('what the exchange answers itself is never a page', async () => {
  for (const path of ['/api/v1/nothing', '/content/nothing', '/internal/users/x', '/health/nothing']) {
    const answer = await fetch(`${site.url}${path}`);
    expect(answer.status, path).toBe(404);
    expect(answer.headers.get('content-type'), path).toContain('application/problem+json');
  }
  const page = await fetch(`${site.url}/nothing/here`);
  expect(page.status).toBe(404);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect((await fetch(site.url, { method: 'POST' })).status).toBe(404);
});

test('the first answer holds the market already, in the language that the browser asks for', async () => {
  const english = await (await fetch(site.url)).text();
  expect(english).toContain('lang="en"');
  expect(english).toContain('Ending soon');
  expect(english).toContain(`/auctions/${auctionId}`);
  const german = await (await fetch(site.url, { headers: { 'accept-language': 'de-CH,en;q=0.5' } })).text();
  expect(german).toContain('lang="de"');
  expect(german).toContain('Endet bald');
  const chosen = await (
    await fetch(site.url, { headers: { 'accept-language': 'de', cookie: 'ece_language=en; ece_theme=dark' } })
  ).text();
  expect(chosen).toContain('lang="en"');
  expect(chosen).toContain('data-theme="dark"');
});

test('search engines and home screens are told what they need', async () => {
  const get = async (path: string) => {
    const answer = await fetch(site.url + path);
    expect(answer.status, path).toBe(200);
    return await answer.text();
  };
  expect(await get('/robots.txt')).toMatch(/Disallow: \/api\/[\s\S]*Sitemap: http:\/\/[^/]+\/sitemap\.xml/);
  expect(await get('/sitemap.xml')).toContain(`${site.url}/sets/${site.setId}</loc>`);
  expect(JSON.parse(await get('/manifest.webmanifest'))).toMatchObject({ short_name: 'ECE', start_url: '/' });
  expect(await get('/')).toMatch(/<meta name="description" content="[^"]{50,}/);
});

test('the start page loads few scripts, and compressed as small as they get', async () => {
  const [script] = /\/_next\/static\/[^"]+\.js/.exec(await (await fetch(site.url)).text())!;
  const answer = await fetch(site.url + script, { headers: { 'accept-encoding': 'gzip, br' } });
  expect(answer.headers.get('content-encoding')).toBe('br');
  expect(answer.headers.get('cache-control')).toContain('immutable');
  const opened = await site.visit();
  expect(await scriptBytes(opened, '/')).toBeLessThanOrEqual(SCRIPT_BUDGET * 1000);
  await leave(opened);
});

test.each(['/', '/sign-in', '/register', '/explore', '/auctions', '/gallery', '/nothing'])(
  'the screen %s is accessible, fits and keeps still',
  async (path) => {
    await checkScreen(site, path, { expected: path === '/nothing' ? [/status of 404/] : [] });
  },
  120_000,
);

test.each(['/', '/explore'])(
  'the screen %s of somebody who is signed in is as good',
  async (path) => {
    await checkScreen(site, path, { as: ada });
  },
  120_000,
);

test.each(['sets', 'cards', 'copies', 'auctions'])(
  'the screen of one of the %s is as good',
  async (kind) => {
    const ids = {
      sets: site.setId,
      cards: site.cardIds[0],
      copies: site.copies.get('ben_web')![0],
      auctions: auctionId,
    };
    await checkScreen(site, `/${kind}/${ids[kind as keyof typeof ids]}`, { as: ben });
  },
  120_000,
);

test('a person makes an account, signs out and in again, and nothing of it can be read by scripts', async () => {
  const opened = await site.visit();
  const { page } = opened;
  await open(opened, '/register?next=/explore');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Enter an e-mail address like').waitFor();
  await page.getByLabel('E-mail').fill('cleo@test.ece.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Handle').fill('ada_web');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Somebody has this handle').waitFor();
  await page.getByLabel('Handle').fill('cleo_web');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/explore');
  await settled(page);
  await page.getByRole('button', { name: 'Account of cleo_web' }).click();

  const session = (await opened.context.cookies()).find(({ name }) => name === 'ece_session')!;
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
    '',
    0,
    0,
  ]);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Start collecting' }).waitFor();
  await open(opened, '/sign-in');
  await page.getByLabel('E-mail').fill('cleo@test.ece.example');
  await page.getByLabel('Password').fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('E-mail or password is wrong').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Welcome back').waitFor();
  // The browser itself reports answers of 4xx; those of this story are meant.
  await leave(opened, [/status of 40[19]/]);
});

test('prices on the start page move while it is open, also after a lost connection', async () => {
  const opened = await site.visit();
  const { page } = opened;
  const sockets: { close(): Promise<void> }[] = [];
  await page.routeWebSocket('**/api/v1/realtime', (socket) => {
    sockets.push(socket);
    socket.connectToServer();
  });
  await open(opened, '/');
  const tile = page.locator(`a[href="/auctions/${auctionId}"]`);
  await tile.getByText('No bids yet').waitFor();
  await page.locator('.live-connected').waitFor();
  await ben.ece.auctions.bid({ id: auctionId, maximum: '20' });
  await tile.getByText('1 bid').waitFor();

  await sockets.at(-1)!.close();
  await ada.ece.market
    .createListing({ copyId: site.copies.get('ada_web')![2]!, price: '7' })
    .then((listing) => ben.ece.market.purchase({ id: listing.id, price: '7' }));
  const cleo = await site.world.person('dora_web');
  await site.world.fund([cleo], '100');
  await cleo.ece.auctions.bid({ id: auctionId, maximum: '15' });
  await tile.getByText('2 bids').waitFor();
  expect(sockets.length).toBeGreaterThan(1);
  await leave(opened);
});

test('a sale shows on the start page when it happens', async () => {
  const opened = await site.visit();
  await open(opened, '/');
  await opened.page.locator('.live-connected').waitFor();
  const before = await opened.page.locator('.sale').count();
  const listing = await ada.ece.market.createListing({
    copyId: site.copies.get('ada_web')![4]!,
    price: '3.25',
  });
  await ben.ece.market.purchase({ id: listing.id, price: '3.25' });
  await opened.page.locator('.sale', { hasText: '3.25' }).waitFor();
  expect(await opened.page.locator('.sale').count()).toBe(before + 1);
  await leave(opened);
});

test('theme and language change without a flash and stay', async () => {
  const opened = await site.visit({ theme: 'light' });
  const { page } = opened;
  await open(opened, '/');
  await page.getByRole('button', { name: 'Theme and language' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(11, 14, 13)');
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await page.getByRole('heading', { name: 'Endet bald' }).waitFor();
  const html = await (await opened.context.request.get('/')).text();
  expect(html).toContain('data-theme="dark"');
  expect(html).toContain('lang="de"');
  await leave(opened);
});

test('the large card leans towards the pointer, and rests for those who asked for less motion', async () => {
  const path = `/copies/${site.copies.get('ben_web')![0]}`;
  for (const reducedMotion of [false, true]) {
    const opened = await site.visit({ reducedMotion });
    const { page } = opened;
    await open(opened, path);
    await page.locator('.live-connected').waitFor();
    const box = (await page.locator('.stage-turn').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.2, { steps: 5 });
    // Two frames later everything that a movement asks for has been drawn.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const face = page.locator('.stage .card-body');
    expect(await face.evaluate((element) => element.style.transform !== '')).toBe(!reducedMotion);
    await leave(opened);
  }
});
