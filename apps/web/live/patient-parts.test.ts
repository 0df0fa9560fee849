import { expect, test } from 'vitest';
import { patientParts } from './patient-parts.ts';

/** A server that is away, then unable, then there. */
function server(outcomes: ('away' | number)[]) {
  let calls = 0;
  const plain = async () => {
    const outcome = outcomes[Math.min(calls++, outcomes.length - 1)]!;
    if (outcome === 'away') throw new TypeError('Failed to fetch');
    return new Response('', { status: outcome });
  };
  const rests: number[] = [];
  const ask = patientParts(plain, async (ms) => {
    rests.push(ms);
  });
  return { ask, rests, calls: () => calls };
}
const parts = { headers: { rsc: '1' } };

test('parts of a page are asked for until the server is back', async () => {
  const { ask, rests } = server(['away', 'away', 503, 200]);
  expect((await ask('/', parts)).status).toBe(200);
  expect(rests).toEqual([250, 500, 1000]);
});

test('what the server refuses is an answer', async () => {
  const { ask, calls } = server([404]);
  expect((await ask('/', parts)).status).toBe(404);
  expect(calls()).toBe(1);
});

test('everything else is asked once', async () => {
  const { ask, calls } = server(['away']);
  await expect(ask('/api/v1/auctions', { method: 'POST' })).rejects.toThrow('Failed to fetch');
  expect(calls()).toBe(1);
});

test('patience has an end, and who goes on is not held up', async () => {
  const { ask, rests } = server(['away']);
  await expect(ask('/', parts)).rejects.toThrow('Failed to fetch');
  expect(rests.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(60_000);
  const gone = server(['away']);
  await expect(gone.ask('/', { ...parts, signal: AbortSignal.abort() })).rejects.toThrow();
  expect(gone.calls()).toBe(1);
});
