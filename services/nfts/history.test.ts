import { snapshotsOf } from '@ece/platform/invariants';
import { readProvenance } from '@ece/vault';
import { generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { nftsChecks } from './checks.ts';
import type { PastMints } from './history.ts';
import type { Card, CardSet, CopyDetail, CopyWithdrawal } from './present.ts';
import { drawing, type Person, startExchange, type TestExchange } from './test-exchange.ts';

const AT = new Date(Date.UTC(2025, 2, 1));
let exchange: TestExchange;
let admin: Person;
let ann: Person;
let ben: Person;
beforeAll(async () => {
  exchange = await startExchange();
  [admin, ann, ben] = [await exchange.person('admin'), await exchange.person(), await exchange.person()];
});
afterAll(() => exchange.stop());

async function setOf(code: string, ...editions: number[]): Promise<{ setId: string; cards: Card[] }> {
  const set = await exchange.call<CardSet>(admin, 'POST', '/sets', { body: { code, name: `Set ${code}` } });
  const cards: Card[] = [];
  for (const [index, editionSize] of editions.entries()) {
    const body = {
      ...{ setId: set.body.id, number: index + 1, name: `Past ${index + 1}`, rarity: 'rare' },
      ...{ category: 'Tools', editionSize, artwork: drawing().toString('base64') },
    };
    cards.push((await exchange.call<Card>(admin, 'POST', '/cards', { body })).body);
  }
  return { setId: set.body.id, cards };
}

async function bringIn(past: Omit<PastMints, 'at'>): Promise<string[][]> {
  const result = await exchange.main.api.importMinted({ ...past, at: AT });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const detail = async (id: string) =>
  (await exchange.call<CopyDetail>(undefined, 'GET', `/copies/${id}`)).body;

async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const check of nftsChecks(exchange)) {
    const report = await check.run(snapshotsOf(exchange.db));
    found.push(...report.findings.map(({ subject, problem }) => `${subject} ${problem}`));
  }
  return found;
}

test('a set that was minted before is whole: owners, NFTs in custody, metadata, and room for more', async () => {
  const { setId, cards } = await setOf('PAST', 3, 2);
  const [first, second] = cards as [Card, Card];
  const ids = await bringIn({
    setId,
    cards: [
      { cardId: first.id, ownerIds: [ann.id, ben.id] },
      { cardId: second.id, ownerIds: [ben.id, ben.id] },
    ],
  });
  expect(ids.map((own) => own.length)).toEqual([2, 2]);
  const copy = await detail(ids[0]![1]!);
  expect(copy).toMatchObject({
    ...{ cardId: first.id, serial: 2, ownerHandle: ben.handle, epoch: 0, commitment: null },
    ...{ custody: 'exchange', mintTransaction: null },
    onChain: { supply: '1', mintAuthority: null, name: 'Past 1 #2', symbol: 'PAST' },
  });
  expect(copy.onChain!.uri).toBe(copy.metadataUri);
  const metadata = await exchange.call<{ name: string; external_url: string }>(
    undefined,
    'GET',
    new URL(copy.metadataUri!).pathname,
  );
  expect(metadata.body).toMatchObject({ name: 'Past 1 #2' });
  expect(metadata.body.external_url).toContain(copy.id);
  const [made] = await readProvenance(exchange.db, copy.id, undefined, 5);
  expect(made).toMatchObject({ kind: 'mint', epoch: 0n, fromId: null, toId: ben.id, at: AT });
  expect(await findings()).toEqual([]);

  const stop = exchange.run();
  const body = { quantity: 1, ownerHandle: ann.handle };
  const more = await exchange.call<{ copies: { id: string; serial: number }[] }>(
    ...([admin, 'POST', `/cards/${first.id}/mint`, { body }] as const),
  );
  expect(more.body.copies[0]!.serial).toBe(3);
  await vi.waitFor(async () => expect((await detail(more.body.copies[0]!.id)).custody).toBe('exchange'), {
    timeout: 20_000,
    interval: 50,
  });
  expect((await detail(more.body.copies[0]!.id)).onChain?.group).toBe(copy.onChain!.group);
  await stop();
  expect(await findings()).toEqual([]);
});

test('a copy that was brought in can be sent to a wallet', async () => {
  const { setId, cards } = await setOf('WAYOUT', 1);
  const [[id]] = (await bringIn({ setId, cards: [{ cardId: cards[0]!.id, ownerIds: [ann.id] }] })) as [
    [string],
  ];
  const { address } = await generateKeyPairSigner();
  const stop = exchange.run();
  await exchange.call<CopyWithdrawal>(ann, 'POST', `/copies/${id}/withdrawals`, { body: { address } });
  await vi.waitFor(async () => expect((await detail(id)).custody).toBe('outside'), {
    timeout: 20_000,
    interval: 50,
  });
  await stop();
  expect((await detail(id)).onChain?.owner).toBe(address);
  expect(await findings()).toEqual([]);
});

test('what does not fit is refused, and nothing is written', async () => {
  const { setId, cards } = await setOf('FIT', 1);
  const other = await setOf('OTHER', 5);
  const bring = (cardId: string, count: number) =>
    exchange.main.api.importMinted({
      setId,
      cards: [{ cardId, ownerIds: Array.from({ length: count }, () => ann.id) }],
      at: AT,
    });
  expect(await bring(cards[0]!.id, 2)).toMatchObject({ ok: false, error: { code: 'edition_exhausted' } });
  expect(await bring(other.cards[0]!.id, 1)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  expect((await bring(cards[0]!.id, 1)).ok).toBe(true);
  await expect(bring(cards[0]!.id, 1)).rejects.toThrow('on chain already');
  expect(await findings()).toEqual([]);
});
