import { demoPeople } from '@ece/demo/catalogue/people';
import { createClient } from '@ece/sdk';
import type { Browser } from 'playwright-core';
import { DEMO_PASSWORD } from '../../server/seed/password.ts';
import { openBrowser } from '../../tests/web/support/browser.ts';
import type { Bench, Goal, Row, Run } from '../bench.ts';
import { openRoom } from '../support/bidders.ts';
import { freePort, withDemo } from '../support/demo.ts';
import { cardFrames } from '../support/frames.ts';
import { type Audit, audit, CATEGORIES, installLighthouse } from '../support/lighthouse.ts';
import { median, toRow } from '../support/measure.ts';

/*
 * The web app as people get it: home, explore, a card, an open auction and the portfolio of the demo exchange, looked
 * at by Lighthouse with its preset for phones, in the browser that the tests use. Each row is the lowest score of the
 * five pages beside the least that is wanted; a page counts with the median of its runs, as many as there are pairs,
 * three at the most. The scripts of the start page are counted compressed.
 *
 * Two browsers then bid against each other: from the click until the bidder's own page says so, and until the other
 * one shows it, beside the bare round trip from the same page. Browsers, exchange and database share the machine.
 *
 * At last the frames are counted that reach the screen while the large card of a copy follows the pointer, and what
 * each of them costs the page. Without a graphics chip the processor puts the layers together, too; that part is noted
 * beside, as it is not the page's.
 *
 * It does not measure a real phone or a real network, nor pages of exchanges larger than the demo.
 */
const LEAST = 95;
const MOST_SCRIPT_KB = 180;
const MOST_RUNS = 3;

const score = (category: string): Goal => ({
  name: `web: ${category}`,
  ratio: `lowest Lighthouse score of five pages for ${category} ÷ ${LEAST}`,
  target: 1,
  better: 'higher',
});
const scripts: Goal = {
  name: 'web: scripts',
  ratio: `compressed kB of the start page's scripts ÷ ${MOST_SCRIPT_KB}`,
  target: 1,
  better: 'lower',
};
const confirmed: Goal = {
  name: 'web: bid confirmed',
  ratio: 'ms from the click on Bid until the page says so ÷ ms of a bare round trip',
  target: 40,
  better: 'lower',
};
const seen: Goal = {
  name: 'web: bid seen',
  ratio: 'ms from the click on Bid until another browser shows it ÷ ms of a bare round trip',
  target: 60,
  better: 'lower',
};

const frames: Goal = {
  name: 'web: frames of the card',
  ratio: 'frames a second that reach the screen while the large card follows the pointer ÷ 60',
  target: 0.98,
  better: 'higher',
};
/** Milliseconds of a frame that the page may take: half of a 60th of a second. */
const MOST_WORK_MS = 1000 / 60 / 2;
const work: Goal = {
  name: 'web: work of a frame',
  ratio: "ms of the page's main thread for a frame of the card ÷ half of a 60th of a second",
  target: 1,
  better: 'lower',
};

export const web: Bench = {
  name: 'web',
  about: 'the pages by Lighthouse, and bids from screen to screen',
  goals: [...CATEGORIES.map(score), scripts, confirmed, seen, frames, work],
  run: (run) => (run.url ? measure(run, run.url) : withDemo(run.progress, (url) => measure(run, url))),
};

async function measure(run: Run, url: string): Promise<Row[]> {
  const port = await freePort();
  const browser = await openBrowser([`--remote-debugging-port=${port}`]);
  try {
    return [
      ...(await auditPages(run, url, port)),
      ...(await measureBids(run, url, browser)),
      ...(await measureFrames(run, url, browser)),
    ];
  } finally {
    await browser.close();
  }
}

async function measureFrames(run: Run, url: string, browser: Browser): Promise<Row[]> {
  const { items } = await createClient({ url }).market.listListings({ limit: 1 });
  run.progress.step('Frames of the card');
  const measured = [];
  for (let i = 0; i < run.pairs; i++) {
    measured.push(await cardFrames(browser, url, `/copies/${items[0]!.copy.id}`, run.quick ? 1 : 3));
  }
  const composing = median(measured.map((each) => each.composing)).toFixed(1);
  return [
    toRow(
      frames,
      measured.map(({ perSecond }) => ({ ours: perSecond, reference: 60 })),
      [`${composing} ms to put the layers of a frame together`],
    ),
    toRow(
      work,
      measured.map((each) => ({ ours: each.work, reference: MOST_WORK_MS })),
    ),
  ];
}

/** The pages, and whose cookie goes along. */
async function pagesOf(url: string) {
  const ece = createClient({ url });
  const [cards, auctions] = await Promise.all([
    ece.nfts.listCards({ rarity: 'legendary', limit: 1 }),
    ece.auctions.list({ state: 'open', limit: 1 }),
  ]);
  const cookie = await sessionOf(url, accounts[0]!);
  return [
    { path: '/' },
    { path: '/explore' },
    { path: `/cards/${cards.items[0]!.id}` },
    { path: `/auctions/${auctions.items[0]!.id}` },
    { path: '/portfolio', cookie },
  ];
}

async function auditPages(run: Run, url: string, port: number): Promise<Row[]> {
  run.progress.step('Installing Lighthouse, where it is not there yet');
  await installLighthouse();
  const runs = run.quick ? 1 : Math.min(run.pairs, MOST_RUNS);
  const pages = await pagesOf(url);
  const audits: { path: string; all: Audit[] }[] = [];
  run.progress.step('Pages by Lighthouse');
  for (const { path, cookie } of pages) {
    const all: Audit[] = [];
    for (let i = 0; i < runs; i++) {
      run.progress.update(audits.length * runs + i, pages.length * runs, 'runs');
      all.push(await audit(port, url + path, cookie));
    }
    audits.push({ path, all });
  }
  const rows = CATEGORIES.map((category) => {
    const scores = audits.map(({ all }) => median(all.map((each) => each.scores[category])));
    const notes = audits.map(({ path, all }, index) => {
      const faults = scores[index]! < LEAST ? `: ${all[0]!.faults.slice(0, 4).join(', ')}` : '';
      return `${short(path)} ${scores[index]}${faults}`;
    });
    return toRow(score(category), [{ ours: Math.min(...scores), reference: LEAST }], notes);
  });
  const kilobytes = audits[0]!.all.map(({ scriptKilobytes }) => ({
    ours: scriptKilobytes,
    reference: MOST_SCRIPT_KB,
  }));
  return [...rows, toRow(scripts, kilobytes)];
}

const short = (path: string) => path.replace(/\/[0-9a-f-]{36}$/, '/…');

const accounts = demoPeople.map(({ handle, email }) => ({ handle, email, password: DEMO_PASSWORD }));

async function sessionOf(url: string, { email, password }: { email: string; password: string }) {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`${email} cannot sign in: ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

async function measureBids(run: Run, url: string, browser: Browser): Promise<Row[]> {
  const ece = createClient({ url });
  const [first, second] = accounts as [(typeof accounts)[0], (typeof accounts)[0]];
  const { items } = await ece.auctions.list({ state: 'open', limit: 50 });
  const cheapest = items
    .filter(({ sellerHandle }) => sellerHandle !== first.handle && sellerHandle !== second.handle)
    .sort((a, b) => Number(a.minimumNext) - Number(b.minimumNext))[0];
  if (!cheapest) throw new Error('there is no open auction to bid on');
  run.progress.step('Bids from screen to screen');
  const room = await openRoom(browser, url, ece, cheapest.id, [first, second]);
  try {
    const times = [];
    // The first bid of each browser does not count.
    for (let i = 0; i < run.pairs + 2; i++) times.push(await room.bid());
    const counted = times.slice(2);
    const pairs = (name: 'confirmed' | 'seen') =>
      counted.map((each) => ({ ours: each[name], reference: each.roundTrip }));
    return [toRow(confirmed, pairs('confirmed')), toRow(seen, pairs('seen'))];
  } finally {
    await room.close();
  }
}
