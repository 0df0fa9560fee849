import { brotliDecompressSync } from 'node:zlib';
import { operations, type TSchema } from '@ece/contract';
import { readAudit } from '@ece/platform/audit/audit';
import { createChainClient } from '@ece/platform/chain/client';
import { atomically } from '@ece/platform/db/database';
import { encodeCursor } from '@ece/platform/db/page';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import { createCopies, finishMint, freezeAccount } from '@ece/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeMints } from './minting.ts';
import type { Card, CardSet, Copy } from './present.ts';
import {
  drawing,
  expectProblem,
  type Person,
  PUBLIC_URL,
  startExchange,
  type TestExchange,
} from './test-exchange.ts';

/** An address that is well formed and not in use. */
const MINT = 'ECEtestMint11111111111111111111111111111111';
const calls = operations.nfts;
let exchange: TestExchange;
let admin: Person;
let creator: Person;
beforeAll(async () => {
  exchange = await startExchange();
  [admin, creator] = [await exchange.person('admin'), await exchange.person()];
});
afterAll(() => exchange.stop());

const post = <T>(path: string, body: object, schema?: TSchema, who = admin) =>
  exchange.call<T>(who, 'POST', path, { body, schema });

async function makeSet(code: string): Promise<CardSet> {
  const body = { code, name: `Set ${code}`, creatorHandle: creator.handle };
  return (await post<CardSet>('/sets', body, calls.createSet.response)).body;
}

const cardBody = (setId: string, number: number, change: object = {}) => ({
  setId,
  number,
  name: `Card ${number}`,
  rarity: number % 2 ? 'common' : 'mythic',
  category: 'Tools',
  editionSize: 10,
  artwork: drawing().toString('base64'),
  ...change,
});

/** Reads a list to its end by its cursors. */
async function readAll<T>(path: string, schema: TSchema): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path}${path.includes('?') ? '&' : '?'}limit=3${cursor ? `&cursor=${cursor}` : ''}`;
    const { status, body } = await exchange.call<{ items: T[]; nextCursor: string | null }>(
      undefined,
      'GET',
      query,
      { schema },
    );
    expect(status).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(3);
    items.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor);
  return items;
}

describe('lists', () => {
  test('sets and cards, page by page and in order', async () => {
    const sets = [await makeSet('PB'), await makeSet('PA')];
    for (const [index, set] of sets.entries()) {
      for (const number of [4, 2, 1, 3]) await post('/cards', cardBody(set.id, number + index));
    }
    const listed = await readAll<CardSet>('/sets', calls.listSets.response);
    expect(listed.map((set) => [set.code, set.cards, set.creatorHandle, set.royaltyBasisPoints])).toEqual([
      ['PA', 4, creator.handle, 500],
      ['PB', 4, creator.handle, 500],
    ]);
    const cards = await readAll<Card>('/cards', calls.listCards.response);
    expect(cards.map((card) => [card.setCode, card.number])).toEqual([
      ...[1, 2, 3, 4].map((number) => ['PB', number]),
      ...[2, 3, 4, 5].map((number) => ['PA', number]),
    ]);
    const mythic = await readAll<Card>(`/cards?setId=${sets[1]!.id}&rarity=mythic`, calls.listCards.response);
    expect(mythic.map((card) => card.number)).toEqual([2, 4]);
  });

  test('copies of a card and of a person', async () => {
    const set = await makeSet('COPIES');
    const card = (await post<Card>('/cards', cardBody(set.id, 1))).body;
    const path = `/cards/${card.id}/mint`;
    const mine = await post<{ copies: Copy[] }>(path, { quantity: 5, ownerHandle: creator.handle });
    await post(path, { quantity: 2 });
    const ofCard = await readAll<Copy>(`/copies?cardId=${card.id}`, calls.listCopies.response);
    expect(ofCard.map((copy) => copy.serial)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const ofCreator = await readAll<Copy>(
      `/copies?ownerHandle=${creator.handle}&cardId=${card.id}`,
      calls.listCopies.response,
    );
    expect(ofCreator.map((copy) => copy.id)).toEqual(mine.body.copies.map((copy) => copy.id));
    expect(await readAll('/copies?ownerHandle=nobody_here', calls.listCopies.response)).toEqual([]);
  });

  test.each([
    ['/sets', ['x']],
    ['/sets', [1]],
    ['/cards', ['x', 1]],
    ['/cards', [newId(), 1e12]],
    ['/cards', [newId(), 'x']],
    ['/copies', ['x']],
    ['/copies', ['\u0000']],
  ])('%s takes a cursor that was tampered with (%j) for none', async (path, values) => {
    const { status } = await exchange.call(undefined, 'GET', `${path}?cursor=${encodeCursor(values)}`);
    expect(status).toBe(200);
  });

  test('what is not there', async () => {
    for (const path of ['/sets', '/cards', '/copies']) {
      expectProblem(await exchange.call(undefined, 'GET', `${path}/${newId()}`), 'not_found');
    }
    expectProblem(await exchange.call(undefined, 'GET', `/copies/${newId()}/history`), 'not_found');
    expectProblem(await exchange.call(undefined, 'GET', '/cards/1'), 'validation_failed');
  });
});

describe('making sets and cards', () => {
  test('refusals', async () => {
    const set = await makeSet('MAKE');
    expectProblem(await post('/sets', { code: 'MAKE', name: 'Again' }), 'set_code_taken');
    expectProblem(
      await post('/sets', { code: 'NOBODY', name: 'x', creatorHandle: 'nobody_here' }),
      'not_found',
    );
    expectProblem(await post('/sets', { code: 'NUL', name: 'a\u0000b' }), 'validation_failed');
    expectProblem(await post('/sets', { code: 'LONE', name: 'a\ud800b' }), 'validation_failed');
    expect((await post('/cards', cardBody(set.id, 1))).status).toBe(201);
    expectProblem(await post('/cards', cardBody(set.id, 1)), 'card_number_taken');
    expectProblem(await post('/cards', cardBody(newId(), 2)), 'not_found');
    const bad = (change: object) => post('/cards', cardBody(set.id, 2, change));
    expectProblem(await bad({ artwork: 'AAA' }), 'unsupported_artwork');
    expectProblem(await bad({ artwork: '!!!!' }), 'unsupported_artwork');
    expectProblem(
      await bad({ artwork: Buffer.from('<svg onload="x"/>').toString('base64') }),
      'unsupported_artwork',
    );
    expectProblem(await bad({ attributes: [{ key: 'a', value: '\u0000' }] }), 'validation_failed');
    const twice = [1, 2].map((value) => ({ key: 'a', value: String(value) }));
    expectProblem(await bad({ attributes: twice }), 'validation_failed');
    expectProblem(await bad({ surprise: 1 }), 'validation_failed');
    expectProblem(await post('/sets', { code: 'MINE', name: 'x' }, undefined, creator), 'forbidden');
    expectProblem(await post('/content', { data: 'AAAA' }, undefined, creator), 'forbidden');
  });
});

describe('powers', () => {
  test('an upload is kept in the audit trail', async () => {
    const { body } = await post<{ cid: string }>('/content', { data: drawing('#123123').toString('base64') });
    expect(await readAudit(exchange.db, { subject: `content ${body.cid}` }, 5)).toMatchObject([
      { actor: admin.id, action: 'content.upload', data: '{"mediaType":"image/svg+xml"}' },
    ]);
  });

  test('a frozen admin has none, and leaves nothing', async () => {
    const set = await makeSet('FROZEN');
    const card = (await post<Card>('/cards', cardBody(set.id, 1))).body;
    const frozen = await exchange.person('admin');
    await atomically(exchange.db, (tx) => freezeAccount(tx, frozen.id, 'a complaint'));
    const artwork = drawing('#f0f0f0').toString('base64');
    const csv = 'set_code,set_name,set_description,number,name,rarity,category,edition_size,artwork\r\n';
    const counts = () =>
      exchange.db`select (select count(*) from nfts.sets) as sets, (select count(*) from nfts.cards) as cards,
        (select count(*) from nfts.artworks) as artworks, (select count(*) from vault.copies) as copies,
        (select number from platform.audit_head) as entries`;
    const before = await counts();
    for (const [path, body] of [
      ['/sets', { code: 'ICE', name: 'Ice' }],
      ['/cards', cardBody(set.id, 2, { artwork })],
      ['/cards/import', { csv, artwork: {} }],
      ['/content', { data: artwork }],
      [`/cards/${card.id}/mint`, { quantity: 1 }],
    ] as const) {
      expectProblem(await post(path, body, undefined, frozen), 'account_frozen');
    }
    expect(await counts()).toEqual(before);
  });
});

describe('content', () => {
  const get = (cid: string, headers?: Record<string, string>) =>
    exchange.call(undefined, 'GET', `/content/${cid}`, { headers });

  test('is served as what it is, and can do nothing', async () => {
    const data = drawing('#abcdef');
    const stored = await post<{ cid: string; url: string; mediaType: string }>(
      '/content',
      { data: data.toString('base64') },
      calls.uploadContent.response,
    );
    expect(stored).toMatchObject({ status: 201, body: { mediaType: 'image/svg+xml' } });
    const { cid, url } = stored.body;
    expect(url).toBe(`${PUBLIC_URL}/content/${cid}`);
    const answer = await get(cid);
    expect(answer.raw).toEqual(data);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      etag: `"${cid}"`,
    });
    expect((await get(cid, { 'if-none-match': `"${cid}"` })).status).toBe(304);
  });

  test('drawings come compressed to who takes that, with a tag of their own', async () => {
    const shapes = '<rect width="9" height="9" fill="#fedcba"/>'.repeat(100);
    const data = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${shapes}</svg>`);
    const { cid } = (await post<{ cid: string }>('/content', { data: data.toString('base64') })).body;
    const answer = await get(cid, { 'accept-encoding': 'gzip, deflate, br' });
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-encoding': 'br',
      vary: 'accept-encoding',
      etag: `"${cid}-br"`,
    });
    expect(answer.raw.length).toBeLessThan(data.length / 2);
    expect(brotliDecompressSync(answer.raw)).toEqual(data);
    const again = { 'accept-encoding': 'br', 'if-none-match': `"${cid}-br"` };
    expect((await get(cid, again)).status).toBe(304);
    expect((await get(cid)).raw).toEqual(data);
  });

  test('large images come whole', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(1_000_000, 7)]);
    const { body } = await post<{ cid: string }>('/content', { data: bytes.toString('base64') });
    const answer = await get(body.cid);
    expect(answer.headers['content-type']).toBe('image/jpeg');
    expect(answer.raw.equals(bytes)).toBe(true);
  });

  test.each(['x', 'bafy', 'b'.padEnd(59, 'a'), '..%2f..%2fetc%2fpasswd', '%00'])(
    '%s is not there',
    async (cid) => {
      expectProblem(await get(cid), 'not_found');
    },
  );
});

describe('what other services ask', () => {
  async function mintedCopies(code: string, quantity: number): Promise<{ card: Card; copyIds: string[] }> {
    const set = await makeSet(code);
    const card = (await post<Card>('/cards', cardBody(set.id, 1))).body;
    const made = await exchange.main.api.mint({ cardId: card.id, quantity, ownerId: admin.id });
    if (!made.ok) throw new Error(made.error.code);
    return { card, copyIds: made.value };
  }

  test('summaries and royalties, the same from memory', async () => {
    const { card, copyIds } = await mintedCopies('ASK', 2);
    const { api } = exchange.main;
    const summary = {
      cardId: card.id,
      editionSize: 10,
      name: 'Card 1',
      setCode: 'ASK',
      rarity: 'common',
      artworkUrl: card.artwork.url,
    };
    const expected = Object.fromEntries(
      copyIds.map((id, index) => [id, { id, serial: index + 1, ...summary }]),
    );
    for (let time = 0; time < 2; time++) {
      expect(await api.summaries([...copyIds, newId()])).toEqual(expected);
      expect(await api.royalties(copyIds)).toEqual(
        copyIds.map((copyId) => ({ copyId, basisPoints: 500, accountId: creator.id })),
      );
      expect(await api.setsOfCopies([...copyIds, newId()])).toEqual([card.setId]);
    }
  });

  test('facts of cards and sets; unknown ones are left out', async () => {
    const { card } = await mintedCopies('FACT', 1);
    const { api } = exchange.main;
    const { id, setId, setName, name, rarity, category, editionSize } = card;
    for (let time = 0; time < 2; time++) {
      expect(await api.cardFacts([id, newId()])).toEqual({
        [id]: {
          ...{ id, setId, setCode: 'FACT', setName, name, rarity, category, editionSize },
          artworkUrl: card.artwork.url,
        },
      });
      expect(await api.setFacts([setId, newId()])).toEqual({
        [setId]: { id: setId, code: 'FACT', name: setName, royaltyBasisPoints: 500, creatorId: creator.id },
      });
    }
  });

  test('sets and cards as others keep them, by id and page by page, and the events that tell of them', async () => {
    const set = await makeSet('KEPT');
    const made: Card[] = [];
    for (const number of [1, 2, 3]) made.push((await post<Card>('/cards', cardBody(set.id, number))).body);
    const { api } = exchange.main;
    expect(await api.sets({ ids: [set.id, newId()] })).toMatchObject([
      { id: set.id, code: 'KEPT', name: 'Set KEPT', cards: 3 },
    ]);
    const paged: string[] = [];
    for (;;) {
      const page = await api.cards({ after: paged.at(-1), limit: 2 });
      paged.push(...page.map(({ id }) => id));
      if (page.length < 2) break;
    }
    expect(paged).toEqual(paged.toSorted());
    expect(paged).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    const [facts] = await api.cards({ ids: [made[1]!.id] });
    expect(facts).toMatchObject({ setCode: 'KEPT', number: 2, artworkCid: made[1]!.artwork.cid });

    expect(await readTopic(exchange.db, `set:${set.id}`, 0n, 10)).toMatchObject([
      { type: 'set.created', data: { setId: set.id, code: 'KEPT', name: 'Set KEPT' } },
    ]);
    expect(await readTopic(exchange.db, `card:${made[0]!.id}`, 0n, 10)).toMatchObject([
      { type: 'card.created', data: { cardId: made[0]!.id, setId: set.id, number: 1, name: 'Card 1' } },
    ]);
  });

  test('a mint that is refused', async () => {
    const { api } = exchange.main;
    expect(await api.mint({ cardId: newId(), quantity: 1, ownerId: admin.id })).toMatchObject({
      error: { code: 'not_found' },
    });
    const { card } = await mintedCopies('ASK2', 9);
    expect(await api.mint({ cardId: card.id, quantity: 2, ownerId: admin.id })).toMatchObject({
      error: { code: 'edition_exhausted', data: { left: 1 } },
    });
  });

  test('a copy is shown without the chain where the chain does not answer', async () => {
    const { copyIds } = await mintedCopies('DARK', 1);
    const [copyId] = copyIds as [string];
    await exchange.db`update nfts.mints set state = 'requested', mint = ${MINT}, metadata_uri = 'u' where copy_id = ${copyId}`;
    await atomically(exchange.db, (tx) => completeMints(tx, [{ copyId, signature: 'S' }]));
    for (const chain of [
      createChainClient({ url: 'http://127.0.0.1:1' }),
      { ...exchange.chain, nft: () => new Promise<never>(() => {}) },
    ]) {
      const process = exchange.startProcess({ chain });
      const started = performance.now();
      const answer = await process.app.inject({ url: `/api/v1/copies/${copyId}` });
      expect(answer.json()).toMatchObject({ id: copyId, mint: MINT, custody: 'exchange', onChain: null });
      expect(performance.now() - started).toBeLessThan(8_000);
    }
  });
});

test('a copy that this service did not mint is shown too', async () => {
  const set = await makeSet('BARE');
  const card = (await post<Card>('/cards', cardBody(set.id, 1))).body;
  const id = newId();
  await atomically(exchange.db, async (tx) => {
    await createCopies(tx, newId(), admin.id, [{ id, cardId: card.id, serial: 1 }]);
    await finishMint(tx, [id]);
  });
  const { body } = await exchange.call<Copy>(undefined, 'GET', `/copies/${id}`, {
    schema: calls.getCopy.response,
  });
  expect(body).toMatchObject({ id, mint: null, metadataUri: null, onChain: null, custody: 'exchange' });
});
