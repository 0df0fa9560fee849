import { newId } from '@ece/platform/ids/index';
import { snapshotsOf } from '@ece/platform/invariants';
import { readTopic } from '@ece/platform/outbox/publish';
import { readBalance, readCopies, vaultChecks } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, TradingWorld } from '../../tests/support/trading.ts';
import { type MarketApi, market, type OpenOffer } from './api.ts';
import { marketChecks } from './checks.ts';

const USDC = 1_000_000n;
let world: TradingWorld;
let api: MarketApi;
let [creator, seller, buyer, poor]: Person[] = [];
const setId = newId();
let copyId: string;
let cardId: string;
beforeAll(async () => {
  world = await TradingWorld.open([market]);
  api = world.apis.get('market') as MarketApi;
  [creator, seller, buyer] = await world.people(3, 100n * USDC);
  [poor] = await world.people(1, USDC);
  [copyId] = (await world.copies([seller!], creator!, { setId })) as [string];
  cardId = (await readCopies(world.db, [copyId]))[0]!.cardId;
});
afterAll(() => world.close());

const nothing = {
  ...{ copyId: null, cardId: null, setId: null, rarity: null, category: null },
  ...{ serialFrom: null, serialTo: null },
};
const offer = (wish: Partial<OpenOffer['wish']>, person = buyer!, amount = 10n * USDC): OpenOffer => ({
  ...{ buyerId: person.id, wish: { ...nothing, ...wish }, amount },
});

test('many offers hold their money and can be accepted like any other', async () => {
  const made = await api.importOffers([offer({ copyId }), offer({ cardId }), offer({ setId })]);
  if (!made.ok) throw new Error(made.error.code);
  expect(await readBalance(world.db, buyer!.id)).toEqual({ available: 70n * USDC, held: 30n * USDC });
  const received = await world.call(seller!, 'GET', '/offers/received');
  expect(received.body.items).toHaveLength(3);
  expect((await readTopic(world.db, `card:${cardId}`, 0n, 9)).map(({ type }) => type)).toEqual([
    'offer.created',
    'offer.created',
  ]);
  const body = { copyId, amount: '10' };
  const accepted = await world.call(seller!, 'POST', `/offers/${made.value[0]}/accept`, body);
  expect(accepted.status).toBe(200);
  for (const check of [...vaultChecks(), ...marketChecks()]) {
    expect((await check.run(snapshotsOf(world.db))).findings, check.title).toEqual([]);
  }
});

test('one that cannot be made refuses all of them', async () => {
  const before = await readBalance(world.db, buyer!.id);
  const code = async (wrong: OpenOffer) => {
    const result = await api.importOffers([offer({ cardId }), wrong]);
    return result.ok ? undefined : result.error.code;
  };
  expect(await code(offer({ setId }, poor!, 2n * USDC))).toBe('insufficient_funds');
  expect(await code(offer({ copyId }))).toBe('own_copy');
  expect(await code(offer({ copyId: newId() }))).toBe('not_found');
  expect(await code(offer({ copyId, cardId }))).toBe('validation_failed');
  expect(await readBalance(world.db, buyer!.id)).toEqual(before);
});
