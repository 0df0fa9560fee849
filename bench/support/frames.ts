import type { Browser } from 'playwright-core';
import { settled, visit } from '../../tests/web/support/browser.ts';

interface TraceEvent {
  name: string;
  /** Microseconds. */
  ts: number;
}

/**
 * Moves the pointer over the large card of a copy's page and counts, in Chromium's own trace, the frames that reached
 * the screen meanwhile.
 * @param seconds how long the pointer moves
 * @returns frames a second
 */
export async function cardFrames(
  browser: Browser,
  url: string,
  path: string,
  seconds: number,
): Promise<number> {
  const { page, close } = await visit(browser, { url });
  await page.goto(path);
  await settled(page);
  const card = (await page.locator('.stage-turn').boundingBox())!;
  const at = (angle: number): [number, number] => [
    card.x + card.width * (0.5 + 0.35 * Math.cos(angle)),
    card.y + card.height * (0.5 + 0.35 * Math.sin(angle)),
  ];
  await page.mouse.move(...at(0));
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline.frame'] });
  const end = performance.now() + seconds * 1000;
  for (let angle = 0; performance.now() < end; angle += 0.12) await page.mouse.move(...at(angle));
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await close();
  const drawn = trace.traceEvents.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts);
  if (drawn.length < 2) return 0;
  return ((drawn.length - 1) * 1e6) / (Math.max(...drawn) - Math.min(...drawn));
}
