import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { search } from '@ece/search';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, openWorld, type World } from '../support/world.ts';
import { hasOpenSearch, type OpenSearchServer, startOpenSearch } from './support/opensearch.ts';

/** A whole exchange whose search engine goes away in several ways and comes back. */
describe.skipIf(!hasOpenSearch())('a search engine that goes away', () => {
  let server: OpenSearchServer;
  let world: World;
  beforeAll(async () => {
    server = await startOpenSearch();
    world = await openWorld({ ECE_SEARCH_ENGINE_URL: server.url });
  }, 400_000);
  afterAll(async () => {
    await world?.close();
    await server?.stop();
  });

  let asked = 0;
  /**
   * Whether a search for a handle finds somebody, and whether PostgreSQL had to answer. The gateway keeps public
   * answers for a second, so that each question is a little different.
   */
  async function look(handle: string) {
    const limit = 1 + (asked++ % 100);
    const query = { q: handle, kind: 'person', facets: false, limit } as const;
    const { items, fallback } = await world.guest.search.search(query);
    return { found: items.some((item) => item.handle === handle), fallback };
  }
  const answers = (handle: string, fallback: boolean) =>
    eventually(async () => {
      const seen = await look(handle);
      return seen.found && seen.fallback === fallback;
    });
  /** Waits until the engine answers again: its first answer already knows what happened while it was away. */
  async function caughtUp(handle: string): Promise<void> {
    let seen = await look(handle);
    await eventually(async () => {
      seen = await look(handle);
      return !seen.fallback;
    });
    expect(seen.found).toBe(true);
  }
  const health = async () => {
    const answer = await fetch(`${world.exchange.url}/health/ready`);
    const { degraded, notReady } = (await answer.json()) as { degraded: string[]; notReady: string[] };
    return { status: answer.status, degraded, notReady };
  };
  const metric = async (line: string) => {
    const text = await (await fetch(`${world.exchange.url}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find((each) => each.startsWith(line))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  };

  test('killed: PostgreSQL answers, labelled, at once; back: it catches up first', async () => {
    await world.person('early_bird');
    await answers('early_bird', false);
    expect(await health()).toMatchObject({ status: 200, degraded: [] });
    await server.kill();
    expect(await look('early_bird')).toEqual({ found: true, fallback: true });
    await world.person('late_bird');
    await answers('late_bird', true);
    await eventually(async () => (await health()).degraded.includes('search_engine'));
    expect(await health()).toMatchObject({ status: 200, notReady: [] });
    expect(await look('early_bird')).toEqual({ found: true, fallback: true });
    expect(await metric('ece_search_answers_total{by="postgres",reason="away"}')).toBeGreaterThan(0);
    expect(await metric('ece_search_engine_used')).toBe(0);
    await server.restart();
    await caughtUp('late_bird');
    expect(await metric('ece_search_engine_used')).toBe(1);
  }, 400_000);

  test('standing still: calls are cut off, then nobody waits for it any more', async () => {
    server.hold(true);
    try {
      const began = performance.now();
      for (let call = 0; call < 20; call++) expect(await look('early_bird')).toMatchObject({ found: true });
      // Five calls wait until they are cut off; if each did, it would take half a minute.
      expect(performance.now() - began).toBeLessThan(25_000);
      await world.person('still_bird');
      await answers('still_bird', true);
    } finally {
      server.hold(false);
    }
    await caughtUp('still_bird');
  }, 200_000);

  test('without its data: it is filled anew by itself', async () => {
    await server.kill();
    await server.restart({ empty: true });
    await eventually(async () => (await look('early_bird')).fallback);
    await caughtUp('early_bird');
    await caughtUp('still_bird');
  }, 400_000);

  test('a rebuild changes the index under searches, of which none fails or waits', async () => {
    const { db } = world.exchange.resources;
    const engine = {
      settings: { url: server.url, index: 'ece-search' },
      log: createLogger({ level: 'silent', format: 'json' }),
      metrics: createMetrics(),
    };
    const service = search.create({ db, publicUrl: '', ...world.exchange.peers, engine });
    const names = async () =>
      Object.keys((await (await fetch(`${server.url}/ece-search-v*/_alias`)).json()) as object);
    const before = await names();
    let done = false;
    const rebuilding = service.rebuild!(() => {}).finally(() => {
      done = true;
    });
    // What fails below must not leave it without anybody who waits.
    rebuilding.catch(() => {});
    let searches = 0;
    for (; !done; searches++) expect(await look('early_bird')).toEqual({ found: true, fallback: false });
    expect(await rebuilding).toBeGreaterThan(0);
    expect(searches).toBeGreaterThan(10);
    const after = await names();
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
    await service.stop!();
  }, 200_000);
});
