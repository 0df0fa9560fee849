import type { Ece } from '@ece/sdk';
import type { Browser, Page } from 'playwright-core';
import { settled, visit } from '../../tests/web/support/browser.ts';

/** What one bid took, in milliseconds. */
export interface BidTimes {
  /** From the click until the bidder's own page says so. */
  confirmed: number;
  /** From the click until the other browser shows the new leader. */
  seen: number;
  /** The bare round trip from the same page: the smallest answer of the same server. */
  roundTrip: number;
}

/** Two browsers in the room of an auction. */
export interface Bidders {
  /** One of them bids, in turns. */
  bid(): Promise<BidTimes>;
  close(): Promise<void>;
}

interface Account {
  email: string;
  password: string;
  handle: string;
}

/** Signs two people in and opens the room of an auction for both. */
export async function openRoom(
  browser: Browser,
  url: string,
  ece: Ece,
  auctionId: string,
  people: readonly [Account, Account],
): Promise<Bidders> {
  const visits = await Promise.all(people.map(() => visit(browser, { url })));
  for (const [index, { context, page }] of visits.entries()) {
    const { email, password } = people[index]!;
    const answer = await context.request.post('/api/v1/auth/login', { data: { email, password } });
    if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()}`);
    await page.goto(`/auctions/${auctionId}`);
    await settled(page);
    await page.locator('.live-connected').waitFor();
  }
  let turn = 0;
  return {
    async bid() {
      const [mine, theirs] = turn % 2 === 0 ? [0, 1] : [1, 0];
      turn++;
      const [page, other] = [visits[mine]!.page, visits[theirs]!.page];
      const { handle } = people[mine]!;
      const roundTrip = await measureRoundTrip(page);
      const { minimumNext } = await ece.auctions.get({ id: auctionId });
      await page.getByLabel('Your maximum').fill(minimumNext);
      await page.getByRole('button', { name: /^Bid up to/ }).waitFor();
      const [{ clicked, confirmed }, seen] = await Promise.all([
        clickAndWait(page),
        leaderShown(other, handle),
      ]);
      return { confirmed: confirmed - clicked, seen: seen - clicked, roundTrip };
    },
    async close() {
      await Promise.all(visits.map((each) => each.close()));
    },
  };
}

async function measureRoundTrip(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      const began = performance.now();
      await (await fetch('/health/live')).text();
      times.push(performance.now() - began);
    }
    return times.sort((a, b) => a - b)[3]!;
  });
}

/** Presses the button within the page, and waits for the frame that shows the answer. Unix milliseconds. */
async function clickAndWait(page: Page): Promise<{ clicked: number; confirmed: number }> {
  return await page.evaluate(
    () =>
      new Promise<{ clicked: number; confirmed: number }>((resolve) => {
        const now = () => performance.timeOrigin + performance.now();
        const form = document.querySelector<HTMLFormElement>('form:has(.steps-row)')!;
        const before = form.querySelector('[aria-live] strong, [aria-live] .notice')?.textContent;
        const watch = new MutationObserver(() => {
          const text = form.querySelector('[aria-live] .notice')?.textContent;
          if (!text || (text === before && !form.querySelector('[aria-busy]'))) return;
          watch.disconnect();
          requestAnimationFrame(() => resolve({ clicked, confirmed: now() }));
        });
        watch.observe(form, { childList: true, subtree: true, characterData: true });
        const clicked = now();
        form.querySelector<HTMLButtonElement>('button[type="submit"]')!.click();
      }),
  );
}

/** Waits for the frame that shows somebody as the leader. Unix milliseconds. */
async function leaderShown(page: Page, handle: string): Promise<number> {
  return await page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const board = document.querySelector('.board')!;
        const look = () => {
          if (!board.textContent!.includes(wanted)) return false;
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
          return true;
        };
        if (look()) return;
        const watch = new MutationObserver(() => {
          if (look()) watch.disconnect();
        });
        watch.observe(board, { childList: true, subtree: true, characterData: true });
      }),
    handle,
  );
}
