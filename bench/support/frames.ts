import type { Browser } from 'playwright-core';
import { settled, visit } from '../../tests/web/support/browser.ts';

interface TraceEvent {
  name: string;
  /** Microseconds. */
  ts: number;
  dur?: number;
}

/** How the large card of a copy's page moves. */
export interface CardFrames {
  /** Frames a second that reached the screen. */
  perSecond: number;
  /** Milliseconds of the page's main thread for each of them: scripts, style, layout and paint, and all else there. */
  work: number;
  /** Milliseconds for each of them in which layers were put together; without a graphics chip the processor does it. */
  composing: number;
}

/** Milliseconds between two places of the pointer: more often than there are frames. */
const STEP_MS = 8;

/**
 * Moves the pointer over the large card of a copy's page, and counts in Chromium's own trace the frames that reached
 * the screen meanwhile.
 * @param seconds how long the pointer moves
 */
export async function cardFrames(
  browser: Browser,
  url: string,
  path: string,
  seconds: number,
): Promise<CardFrames> {
  const { context, page, close } = await visit(browser, { url });
  await page.goto(path);
  await settled(page);
  const card = (await page.locator('.stage-turn').boundingBox())!;
  const at = (angle: number): [number, number] => [
    card.x + card.width * (0.5 + 0.35 * Math.cos(angle)),
    card.y + card.height * (0.5 + 0.35 * Math.sin(angle)),
  ];
  await page.mouse.move(...at(0));
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  };
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline.frame', 'viz'] });
  const before = await busy();
  const began = performance.now();
  const moves: Promise<void>[] = [];
  for (let angle = 0; performance.now() - began < seconds * 1000; angle += 0.06) {
    moves.push(page.mouse.move(...at(angle)));
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  await Promise.all(moves);
  const work = (await busy()) - before;
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await close();
  const drawn = trace.traceEvents.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts);
  if (drawn.length < 2) return { perSecond: 0, work: 0, composing: 0 };
  const composing = trace.traceEvents
    .filter(({ name }) => name === 'Display::DrawAndSwap')
    .reduce((sum, { dur = 0 }) => sum + dur / 1000, 0);
  return {
    perSecond: ((drawn.length - 1) * 1e6) / (Math.max(...drawn) - Math.min(...drawn)),
    work: work / drawn.length,
    composing: composing / drawn.length,
  };
}
