import { randomUUID } from 'node:crypto';
import { errors, type OperationOptions, operations } from '@ece/contract';
import { pick, seeded } from '@ece/demo/market/random';
import { snapshotsOf } from '@ece/platform/invariants';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isClean, pauseBriefly, runChecks } from '../../server/verify/index.ts';
import { hostileValue } from '../support/hostile.ts';
import { eventually, openWorld, type Person, type World } from '../support/world.ts';

/**
 * Every call of the contract with well-formed and hostile input by nobody, a collector and an admin: a call
 * is answered, refused with a problem that the contract knows, and never with a failure of ours.
 */
const REQUESTS = 3000;
const SEED = Number(process.env.FUZZ_SEED ?? 20_260);

let world: World;
let callers: (Person | undefined)[];
let known: { ids: string[]; handles: string[] };

beforeAll(async () => {
  world = await openWorld();
  const [ada, ben, admin] = await Promise.all([
    world.person('fuzz_ada'),
    world.person('fuzz_ben'),
    world.person('fuzz_admin', 'admin'),
  ]);
  callers = [undefined, ada, ben, admin];
  await world.fund([ada, ben], '5000');
  const set = await admin.ece.nfts.createSet({ code: 'FUZZ', name: 'Fuzz' });
  const art = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>',
  );
  const card = await admin.ece.nfts.createCard({
    setId: set.id,
    number: 1,
    name: 'Door',
    rarity: 'rare',
    category: 'Doors',
    editionSize: 500,
    artwork: art.toString('base64'),
  });
  const minted = await Promise.all(
    [ada, ben].map(({ handle }) => admin.ece.nfts.mint({ id: card.id, quantity: 6, ownerHandle: handle })),
  );
  await eventually(async () => (await world.exchange.peers.nfts.mintProgress()).pending === 0);
  const copies = minted.flatMap((answer) => answer.copies.map((copy) => copy.id));
  const listing = await ada.ece.market.createListing({ copyId: copies[0]!, price: '5' });
  const auction = await ada.ece.auctions.create({
    copyIds: [copies[1]!],
    startingPrice: '1',
    buyNowPrice: '50',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const trade = await ben.ece.trades.create({
    toHandle: ada.handle,
    give: { copyIds: [copies[6]!] },
    receive: { copyIds: [copies[2]!] },
  });
  known = {
    ids: [...copies, set.id, card.id, listing.id, auction.id, trade.id, ada.id, randomUUID()],
    handles: [ada.handle, ben.handle, 'nobody_here'],
  };
}, 120_000);
afterAll(() => world.close());

/** Calls that end sessions or take roles away: once in a while is enough, and never by a call that succeeds. */
const LEFT_OUT = new Set(['auth.logout', 'auth.setRole']);

const calls = Object.entries(operations).flatMap(([service, list]) =>
  Object.entries(list)
    .map(([name, call]) => ({ id: `${service}.${name}`, call: call as OperationOptions }))
    .filter(({ id }) => !LEFT_OUT.has(id)),
);

const random = seeded(SEED);
const value = (schema: object | undefined) => hostileValue(schema, random, known);

/** Text that may stand in an address; a lone surrogate may not. */
const text = (input: unknown) =>
  encodeURIComponent(String(typeof input === 'object' ? 'x' : input).toWellFormed()) || 'x';

function compose({ path, params, query, body, idempotent, method }: OperationOptions) {
  const names = (schema: unknown) =>
    (schema as { properties?: Record<string, object> } | undefined)?.properties ?? {};
  const place = path.replaceAll(/:(\w+)/g, (_, name: string) => text(value(names(params)[name])));
  const search = Object.entries(names(query))
    .filter(() => random() < 0.6)
    .map(([name, schema]) => `${name}=${text(value(schema))}`);
  const caller = pick(random, callers);
  const headers: Record<string, string> = {};
  if (caller) headers.authorization = `Bearer ${caller.accessToken}`;
  if (idempotent && random() < 0.95) headers['idempotency-key'] = random() < 0.1 ? 'the-same' : randomUUID();
  if (body) headers['content-type'] = random() < 0.98 ? 'application/json' : 'text/xml';
  const payload = body && (random() < 0.03 ? '{"a":' : JSON.stringify(value(body)));
  return { url: `/api/v1${place}?${search.join('&')}`, init: { method, headers, body: payload } };
}

/** What only our own side may know. */
const INTERNALS = /\.ts:\d|node_modules|postgres|select .* from|at \w+ \(|ECE_[A-Z]/i;

test(`${REQUESTS} requests get an answer or a known problem, and nothing of ours leaks (seed ${SEED})`, async () => {
  const statuses = new Map<number, number>();
  for (let n = 0; n < REQUESTS; n++) {
    const { id, call } = pick(random, calls);
    const { url, init } = compose(call);
    const response = await fetch(`${world.exchange.url}${url}`, init);
    const answer = await response.text();
    const story = `${id} ${url} ${init.body ?? ''} -> ${response.status} ${answer}`.slice(0, 1500);
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    expect(response.status, story).toBeLessThan(500);
    if (response.status < 400) continue;
    expect(response.headers.get('content-type'), story).toContain('application/problem+json');
    expect(errors, story).toHaveProperty((JSON.parse(answer) as { code: string }).code);
    expect(answer, story).not.toMatch(INTERNALS);
  }
  // Hostile and well-formed input both came through.
  expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 20);
  expect(statuses.get(400)).toBeGreaterThan(REQUESTS / 20);
}, 120_000);

test('after all of it every invariant holds', async () => {
  const { resources, checks } = world.exchange;
  const results = await runChecks(checks, { snapshot: snapshotsOf(resources.db), pause: pauseBriefly });
  expect(results.filter((result) => !isClean([result]))).toEqual([]);
}, 60_000);
