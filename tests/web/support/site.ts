import { renderSvg } from '@ece/demo/artwork/index';
import { artFor, demoCatalogue } from '@ece/demo/catalogue/export';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually, openWorld, PASSWORD, type Person, type World } from '../../support/world.ts';
import { openBrowser, settled, type Visit, type VisitOptions, visit } from './browser.ts';

/** Milliseconds that the start of a site may take: the pages may have to be built first. */
export const SITE_TIMEOUT = 600_000;

/** A whole exchange with its pages, some cards, and a browser. */
export interface Site {
  world: World;
  url: string;
  browser: Browser;
  admin: Person;
  /** Copies of the site's cards, by owner: three cards, two copies of each for everybody. */
  copies: Map<string, string[]>;
  cardIds: string[];
  setId: string;
  /** Opens a visit that must be closed by `leave`, which checks what its pages complained about. */
  visit(options?: Partial<VisitOptions> & { as?: Person }): Promise<Visit>;
  close(): Promise<void>;
}

const visits = new Set<Visit>();

/**
 * Opens a site.
 * @param handles people who have 10,000 USDC and copies each
 */
export async function openSite(handles: string[]): Promise<Site & { people: Person[] }> {
  const [world, browser] = await Promise.all([openWorld({}, { web: true }), openBrowser()]);
  const admin = await world.person('site_admin', 'admin');
  const people = await Promise.all(handles.map((handle) => world.person(handle)));
  const [catalogue] = await Promise.all([makeCards(world, admin, people), world.fund(people, '10000')]);
  expect(await world.exchange.web!.started).toBeUndefined();
  const url = world.exchange.url;
  return {
    ...catalogue,
    world,
    url,
    browser,
    admin,
    people,
    async visit({ as, ...options } = {}) {
      const opened = await visit(browser, { url, ...options });
      visits.add(opened);
      if (as) await signIn(opened, as);
      return opened;
    },
    async close() {
      await Promise.all([...visits].map((each) => each.close()));
      await browser.close();
      await world.close();
    },
  };
}

async function makeCards(world: World, admin: Person, people: Person[]) {
  const [first] = demoCatalogue();
  const set = await admin.ece.nfts.createSet({
    code: first!.setCode,
    name: first!.setName,
    description: first!.setDescription,
  });
  const rows = ['mythic', 'rare', 'common'].map(
    (rarity) => demoCatalogue().find((row) => row.setCode === first!.setCode && row.rarity === rarity)!,
  );
  const copies = new Map<string, string[]>(people.map(({ handle }) => [handle, []]));
  const cardIds: string[] = [];
  for (const row of rows) {
    const card = await admin.ece.nfts.createCard({
      setId: set.id,
      number: row.number,
      name: row.name,
      description: row.description,
      rarity: row.rarity,
      category: row.category,
      editionSize: people.length * 2 + 3,
      attributes: Object.entries(row.attributes).map(([key, value]) => ({ key, value })),
      artwork: Buffer.from(renderSvg(artFor(row))).toString('base64'),
    });
    cardIds.push(card.id);
    for (const { handle } of people) {
      const minted = await admin.ece.nfts.mint({ id: card.id, quantity: 2, ownerHandle: handle });
      copies.get(handle)!.push(...minted.copies.map(({ id }) => id));
    }
  }
  await eventually(async () => (await world.exchange.peers.nfts.mintProgress()).pending === 0);
  return { copies, cardIds, setId: set.id };
}

/** Signs a visit in without its form. */
export async function signIn({ context }: Visit, { handle }: Person): Promise<void> {
  const answer = await context.request.post('/api/v1/auth/login', {
    data: { email: `${handle}@test.ece.example`, password: PASSWORD },
  });
  expect(answer.status()).toBe(200);
}

/** Opens a page and waits until it can be used. */
export async function open({ page }: Visit, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

/** Ends a visit; its pages must not have complained about anything else than what is expected. */
export async function leave(opened: Visit, expected: RegExp[] = []): Promise<void> {
  visits.delete(opened);
  await opened.close();
  const others = opened.complaints.filter((complaint) => !expected.some((each) => each.test(complaint)));
  expect(others).toEqual([]);
}

/** What the open page has against WCAG 2.2 AA, with the elements concerned, once nothing moves that ends by itself. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Once for each page: it is half a megabyte.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  // Half-way between two themes no colour has the contrast of either.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect, playState }) => {
      return playState !== 'running' || effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
    }),
  );
  return await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await checker.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    );
  });
}

/** Checks what every screen must be in both themes: accessible, as wide as the window, with whole tables, and still. */
export async function checkScreen(
  site: Site,
  path: string,
  { as, expected }: { as?: Person; expected?: RegExp[] } = {},
): Promise<void> {
  const opened = await site.visit({ ...(as && { as }) });
  const { page } = opened;
  await page.addInitScript(watchShifts);
  await open(opened, path);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    expect(await accessibilityFaults(page), `${path} ${theme}`).toEqual([]);
    expect(await layoutShift(page), `${path} ${theme}: layout shift`).toBeLessThan(0.05);
  }
  for (const width of [360, 768, 1024, 1280, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, `${path}: width at ${width}`).toBeLessThanOrEqual(width);
    // On phones a table may have to be scrolled.
    if (width > 360) expect(await cutTables(page), `${path}: tables cut at ${width}`).toEqual([]);
  }
  await leave(opened, expected);
}

/** The names of tables of which a part cannot be seen. */
async function cutTables(page: Page): Promise<(string | null)[]> {
  return await page
    .locator('.table-frame')
    .evaluateAll((frames) =>
      frames
        .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
        .map((frame) => frame.getAttribute('aria-label')),
    );
}

function watchShifts(): void {
  const total = { value: 0 };
  Object.assign(globalThis, { layoutShifts: total });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[]) {
      if (!entry.hadRecentInput) total.value += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(
    () => (globalThis as unknown as { layoutShifts: { value: number } }).layoutShifts.value,
  );
}

/** Compressed bytes of the scripts that a page loads before it is used. */
export async function scriptBytes(opened: Visit, path: string): Promise<number> {
  const session = await opened.context.newCDPSession(opened.page);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ type, requestId }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  await open(opened, path);
  return bytes;
}
