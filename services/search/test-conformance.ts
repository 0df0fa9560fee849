import { newId } from '@ece/platform/ids/index';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scoreOf } from './domain/rank.ts';
import { readWords } from './domain/words.ts';
import type { Filters, Hit, Kind, SearchDocument, SearchEngine, SearchQuery, Sort } from './engine.ts';

const USDC = 1_000_000n;
const NOW = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;

const EMPTY: Omit<SearchDocument, 'kind' | 'id' | 'name'> = {
  known: [],
  about: '',
  setCode: null,
  rarity: null,
  category: null,
  cardId: null,
  serial: null,
  ownerId: null,
  price: null,
  listings: 0,
  auctions: 0,
  auctionEnds: null,
  sold: null,
  shown: {
    handle: null,
    setName: null,
    number: null,
    artworkCid: null,
    editionSize: null,
    listingId: null,
    auctionId: null,
    lastSalePrice: null,
    size: null,
  },
};

/** A document of a test. */
export const aDocument = (
  kind: Kind,
  name: string,
  change: Partial<SearchDocument> = {},
): SearchDocument => ({
  ...EMPTY,
  kind,
  id: newId(),
  name,
  ...change,
});

export const aQuery = (text: string, change: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  kinds: ['set', 'card', 'person'],
  filters: {},
  sort: 'relevance',
  limit: 50,
  facets: false,
  now: NOW,
  ...change,
});

const OWNERS = [newId(), newId()];

/** Cards with copies: some listed, some in auctions, some sold, one away. */
export function catalogue(): SearchDocument[] {
  const sets = [
    aDocument('set', 'Deep Sea', { setCode: 'SEA', known: ['SEA'], about: 'What lives where no light is' }),
    aDocument('set', 'Night City', { setCode: 'CITY', known: ['CITY'] }),
  ];
  const rarities = ['common', 'rare', 'mythic'];
  const cards = Array.from({ length: 12 }, (_, n) =>
    aDocument('card', `Lantern Fish ${n}`, {
      setCode: n % 2 ? 'CITY' : 'SEA',
      rarity: rarities[n % 3]!,
      category: n % 4 ? 'Fish' : 'Lamps',
      known: [n % 2 ? 'Night City' : 'Deep Sea'],
    }),
  );
  const copies = cards.flatMap((card, c) =>
    Array.from({ length: 5 }, (_, s) => {
      const n = c * 5 + s;
      return aDocument('copy', card.name, {
        setCode: card.setCode,
        rarity: card.rarity,
        category: card.category,
        known: card.known,
        cardId: card.id,
        serial: s + 1,
        ownerId: n === 7 ? null : OWNERS[n % 2]!,
        price: n % 3 ? BigInt(n % 10) * USDC + 1n : null,
        listings: n % 3 === 1 ? 1 : 0,
        auctions: n % 3 === 2 ? 1 : 0,
        auctionEnds: n % 3 === 2 ? NOW + (n % 7) * HOUR - HOUR : null,
        sold: n % 4 ? NOW - n * HOUR : null,
      });
    }),
  );
  return [...sets, ...cards, ...copies];
}

/** Filters of copies of the catalogue. */
export const someFilters = fc.record<Filters>(
  {
    setCodes: fc.constantFrom(['SEA'], ['SEA', 'CITY'], ['NONE']),
    rarities: fc.constantFrom(['rare'], ['common', 'mythic']),
    category: fc.constantFrom('Fish', 'Lamps'),
    ownerId: fc.constantFrom(...OWNERS),
    priceFrom: fc.constantFrom(0n, USDC, 5n * USDC),
    priceTo: fc.constantFrom(2n * USDC, 8n * USDC),
    serialFrom: fc.constantFrom(1, 3),
    serialTo: fc.constantFrom(2, 4),
    listed: fc.constant(true),
    auctioned: fc.constant(true),
    endsBy: fc.constantFrom(NOW + 2 * HOUR, NOW + 5 * HOUR),
  },
  { requiredKeys: [] },
);

/** The rules of filters and sorts, in plain words, for copies. */
function expected(copies: SearchDocument[], filters: Filters, sort: Sort): string[] {
  const within = copies.filter(
    (d) =>
      (!filters.setCodes || filters.setCodes.includes(d.setCode!)) &&
      (!filters.rarities || filters.rarities.includes(d.rarity!)) &&
      (filters.category === undefined || d.category === filters.category) &&
      (filters.cardId === undefined || d.cardId === filters.cardId) &&
      (filters.ownerId === undefined || d.ownerId === filters.ownerId) &&
      (filters.priceFrom === undefined || (d.price !== null && d.price >= filters.priceFrom)) &&
      (filters.priceTo === undefined || (d.price !== null && d.price <= filters.priceTo)) &&
      (filters.serialFrom === undefined || d.serial! >= filters.serialFrom) &&
      (filters.serialTo === undefined || d.serial! <= filters.serialTo) &&
      (!filters.listed || d.listings > 0) &&
      (!filters.auctioned || d.auctions > 0) &&
      (filters.endsBy === undefined ||
        (d.auctionEnds !== null && d.auctionEnds > NOW && d.auctionEnds <= filters.endsBy)) &&
      (sort !== 'ending' || (d.auctionEnds ?? 0) > NOW),
  );
  const up = (key: (d: SearchDocument) => number) => (a: SearchDocument, b: SearchDocument) =>
    key(a) - key(b) || (a.id < b.id ? -1 : 1);
  const down = (key: (d: SearchDocument) => number) => (a: SearchDocument, b: SearchDocument) =>
    key(b) - key(a) || (a.id > b.id ? -1 : 1);
  const orders: Record<Sort, (a: SearchDocument, b: SearchDocument) => number> = {
    relevance: down(() => 0),
    newest: down(() => 0),
    cheapest: up((d) => (d.price === null ? Number.MAX_SAFE_INTEGER : Number(d.price))),
    dearest: down((d) => (d.price === null ? -1 : Number(d.price))),
    ending: up((d) => d.auctionEnds!),
    recently_sold: down((d) => d.sold ?? -1),
    serial: up((d) => d.serial!),
  };
  return within.toSorted(orders[sort]).map(({ id }) => id);
}

async function readAll(engine: SearchEngine, query: SearchQuery): Promise<Hit[]> {
  const hits: Hit[] = [];
  let after: string | undefined;
  for (let page = 0; page < 200; page++) {
    const result = await engine.search({ ...query, ...(after !== undefined && { after }) });
    hits.push(...result.hits);
    if (result.next === null) return hits;
    expect(result.hits.length).toBe(query.limit);
    after = result.next;
  }
  throw new Error('the pages do not end');
}

/** Names, further words and long texts that have much in common, and words that somebody may look for in them. */
const WORD = fc.constantFrom(
  ...'kraken krakenfly krak silver silv si wave waves tall in of eel eeler lampion lam 7 77 éclair'.split(
    ' ',
  ),
);
const text = (most: number) =>
  fc.array(WORD, { minLength: 1, maxLength: most }).map((list) => list.join(' '));

/** Texts of a few things. */
export const someTexts = fc.array(
  fc.record({
    name: text(4),
    known: fc.array(text(2), { maxLength: 2 }),
    about: fc.oneof(fc.constant(''), text(6)),
  }),
  { minLength: 1, maxLength: 12 },
);

/** What somebody types who looks for one of them: words and beginnings of words. */
export const someWords = fc
  .array(fc.tuple(WORD, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 3 })
  .map((list) => list.map(([word, letters]) => [...word].slice(0, letters).join('')).join(' '));

/** What is found without mistakes, best first. */
export function bestFirst(documents: SearchDocument[], typed: string): string[] {
  const looked = readWords(typed)!;
  return documents
    .map((document) => ({ id: document.id, score: scoreOf(document, looked) ?? 0 }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.id > b.id ? -1 : 1))
    .map(({ id }) => id);
}

const names = (hits: Hit[]) => hits.map(({ name }) => name);

/**
 * What any engine has to do, told through its interface alone.
 * @param open gives an engine without documents, and what closes it
 */
export function conformance(
  title: string,
  open: () => Promise<{ engine: SearchEngine; close(): Promise<void> }>,
): void {
  describe(`${title}: a search engine`, () => {
    let engine: SearchEngine;
    let close: () => Promise<void>;
    let version = 1n;
    const write = (...documents: SearchDocument[]) => engine.write(documents, version++);
    const found = async (text: string, change: Partial<SearchQuery> = {}) =>
      names((await engine.search(aQuery(text, change))).hits);

    beforeAll(async () => {
      ({ engine, close } = await open());
    });
    afterAll(() => close());

    describe('words', () => {
      beforeAll(() =>
        write(
          aDocument('card', 'Dragon'),
          aDocument('card', 'Dragonfly'),
          aDocument('card', 'Golden Dragon'),
          aDocument('card', 'Dragn'),
          aDocument('card', 'Harbour Crane', { known: ['Dragon Gates'] }),
          aDocument('card', 'Silent Pond', { about: 'Nobody has seen the dragon for years.' }),
          aDocument('card', 'Café Crème'),
          aDocument('card', 'Smørrebrød'),
          aDocument('card', 'Übermäßig'),
          aDocument('card', '東京タワー'),
          aDocument('card', '🦊🦊'),
          aDocument('card', 'Route 66'),
          aDocument('person', 'Ida Public', { known: ['ida_public'], about: 'Collects foxes' }),
          aDocument('set', 'Paper Ranges', { known: ['PAPR'], setCode: 'PAPR' }),
        ),
      );

      test('rank: the name itself, names that begin so, words of names, other words, mistakes', async () => {
        expect(await found('dragon')).toEqual([
          'Dragon',
          'Dragonfly',
          'Golden Dragon',
          expect.any(String),
          expect.any(String),
          'Dragn',
        ]);
        expect((await found('dragon')).slice(3, 5).toSorted()).toEqual(['Harbour Crane', 'Silent Pond']);
      });

      test.each([
        ['DRAGONFLY', 'Dragonfly'],
        ['golden drag', 'Golden Dragon'],
        ['dragon golden', 'Golden Dragon'],
        ['goldn dragon', 'Golden Dragon'],
        ['golden drgaon', 'Golden Dragon'],
        ['golden dregon', 'Golden Dragon'],
        ['oglden', 'Golden Dragon'],
        ['cafe creme', 'Café Crème'],
        ['CAFÉ', 'Café Crème'],
        ['cafe\u0301', 'Café Crème'],
        ['smorrebrod', 'Smørrebrød'],
        ['ubermassig', 'Übermäßig'],
        ['東京', '東京タワー'],
        ['route 66', 'Route 66'],
        ['rout', 'Route 66'],
        ['ida_public', 'Ida Public'],
        ['foxes', 'Ida Public'],
        ['papr', 'Paper Ranges'],
        ['papre ranges', 'Paper Ranges'],
      ])('%s finds %s first', async (text, name) => {
        expect((await found(text))[0]).toBe(name);
      });

      test('every word must be there', async () => {
        expect(await found('golden harbour')).toEqual([]);
        expect(await found('dragon zzzzzz')).toEqual([]);
      });

      test('kinds that are not asked for are not found', async () => {
        expect(await found('ida', { kinds: ['card'] })).toEqual([]);
        expect(await found('ida', { kinds: ['person'] })).toEqual(['Ida Public']);
      });

      test('what has the words is found, as the rules of rank say, and before what has them with mistakes', async () => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(
            someTexts,
            fc.array(someWords, { minLength: 3, maxLength: 3 }),
            async (texts, typed) => {
              const category = `run ${run++}`;
              const documents = texts.map(({ name, ...more }) =>
                aDocument('card', name, { ...more, category }),
              );
              await write(...documents);
              for (const words of typed) {
                const best = bestFirst(documents, words);
                const hits = await readAll(
                  engine,
                  aQuery(words, { kinds: ['card'], filters: { category }, limit: 5 }),
                );
                expect(hits.map(({ id }) => id).slice(0, best.length)).toEqual(best);
                expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
              }
            },
          ),
          { numRuns: 25 },
        );
      });

      test('one mistake in a word of four letters or more is forgiven', async () => {
        const target = aDocument('card', 'Quibblewort Zephyrine');
        await write(target);
        const letters = [...'quibblewort'];
        const at = (index: number, ...put: string[]) => letters.toSpliced(index, 1, ...put).join('');
        for (const [index, letter] of letters.entries()) {
          const swappedWith = letters[index + 1];
          const wrong = [at(index, '0'), at(index), at(index, letter, '0')];
          if (swappedWith !== undefined)
            wrong.push(letters.toSpliced(index, 2, swappedWith, letter).join(''));
          for (const word of wrong) expect(await found(word), word).toContain(target.name);
        }
      });

      test.each(['!!!', '🦊', "'", '& | !', ':*', '\u0000', '%', '\ud800', '<->', '()'])(
        'no letter or digit finds nothing: %j',
        async (text) => {
          const result = await engine.search(aQuery(text, { facets: true }));
          expect(result.hits).toEqual([]);
          expect(result.total).toEqual({ count: 0, exact: true });
        },
      );

      test.each([
        "dragon' or 1=1 --",
        "dragon'); drop table search.documents_a; --",
        "dragon' & !x | (",
        'dragon\\',
        'dragon:*ABCD',
        'dragon%_',
        'dragon\u0000',
        '"dragon"',
        'dragon -golden',
        'd'.repeat(100_000),
        'dragon '.repeat(20_000),
        '𝕯𝖗𝖆𝖌𝖔𝖓',
        'dra\u200dgon',
        '\u202edragon',
        'dragon #99999999999',
        '#0',
      ])('hostile text is text: %#', async (text) => {
        const result = await engine.search(aQuery(text, { facets: true }));
        expect(result.hits.length).toBeLessThanOrEqual(50);
        await engine.suggest(text, 5);
        expect((await found('dragon'))[0]).toBe('Dragon');
      });

      test('any text at all is answered, by search and by suggestions', async () => {
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
            await engine.search(aQuery(text, { facets: true, limit: 3 }));
            await engine.suggest(text, 3);
          }),
          { numRuns: 60 },
        );
      });

      test('documents with any text can be written and stay apart', async () => {
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
            const clean = text.toWellFormed().replaceAll('\u0000', '');
            await write(
              aDocument('person', clean, { known: [clean, text.repeat(50)], about: text.repeat(20) }),
            );
          }),
          { numRuns: 40 },
        );
        expect((await found('dragon'))[0]).toBe('Dragon');
      });

      test('suggestions: names that begin so, grouped, best first, then with mistakes', async () => {
        const drag = await engine.suggest('drag', 3);
        expect(names(drag.card)).toEqual(['Dragn', 'Dragon', 'Dragonfly']);
        expect(names((await engine.suggest('dragon', 5)).card)).toEqual([
          'Dragon',
          'Dragonfly',
          'Golden Dragon',
        ]);
        expect(names((await engine.suggest('golden dr', 5)).card)).toEqual(['Golden Dragon']);
        expect(names((await engine.suggest('pap', 5)).set)).toEqual(['Paper Ranges']);
        expect(names((await engine.suggest('id', 5)).person)).toEqual(['Ida Public']);
        expect(names((await engine.suggest('ida pub', 5)).person)).toEqual(['Ida Public']);
        expect(names((await engine.suggest('smorebrod', 5)).card)).toEqual(['Smørrebrød']);
        expect(await engine.suggest('', 5)).toEqual({ set: [], card: [], person: [] });
      });
    });

    describe('filters, sorts, pages and facets', () => {
      let all: SearchDocument[];
      let copies: SearchDocument[];
      const copiesOf = (change: Partial<SearchQuery> = {}, text = '') =>
        aQuery(text, { kinds: ['copy'], limit: 7, ...change });
      beforeAll(async () => {
        all = catalogue();
        copies = all.filter(({ kind }) => kind === 'copy');
        await write(...all);
      });

      const sorts = fc.constantFrom<Sort>(
        ...(['newest', 'cheapest', 'dearest', 'ending', 'recently_sold', 'serial'] as const),
      );

      test('any filters and any sort give the right copies in the right order, page by page', async () => {
        await fc.assert(
          fc.asyncProperty(someFilters, sorts, fc.boolean(), async (filter, sort, withWords) => {
            const query = copiesOf({ filters: filter, sort }, withWords ? 'lantern' : '');
            const hits = await readAll(engine, query);
            expect(hits.map(({ id }) => id)).toEqual(expected(copies, filter, sort));
          }),
          { numRuns: 60 },
        );
      });

      test('copies by words come card by card, and #2 finds that serial', async () => {
        const hits = await readAll(engine, copiesOf({}, 'lantern fish 3'));
        expect(hits.slice(0, 5).map(({ name, serial }) => [name, serial])).toEqual(
          [1, 2, 3, 4, 5].map((serial) => ['Lantern Fish 3', serial]),
        );
        const second = await readAll(engine, copiesOf({}, 'lantern #2'));
        expect(second.length).toBe(12);
        expect(second.every(({ serial }) => serial === 2)).toBe(true);
        expect((await readAll(engine, copiesOf({}, '#2'))).length).toBe(12);
      });

      test('a hit is the document, what is shown included', async () => {
        const [hit] = (await engine.search(copiesOf({ sort: 'dearest', limit: 1 }))).hits;
        const { known: _, about: __, ...document } = copies.find(({ id }) => id === hit!.id)!;
        expect(hit).toEqual(document);
        expect(copies.find(({ ownerId }) => ownerId === null)).toBeDefined();
      });

      test('pages hold neither gaps nor repeats while prices change in front of and behind them', async () => {
        const query = copiesOf({ sort: 'cheapest' });
        const first = await engine.search(query);
        const seen = first.hits.map(({ id }) => id);
        const order = expected(copies, {}, 'cheapest');
        const front = copies.find(({ id }) => id === order[2])!;
        await write({ ...front, price: 0n });
        const rest = await readAll(engine, { ...query, after: first.next! });
        expect([...seen, ...rest.map(({ id }) => id)]).toEqual(order);
        await write(front);
      });

      test.each(['x', 'bm9uc2Vuc2U', Buffer.from('["cheapest","1e9","x"]').toString('base64url')])(
        'a cursor that is none begins at the start: %#',
        async (after) => {
          const query = copiesOf({ sort: 'cheapest' });
          const start = await engine.search(query);
          expect((await engine.search({ ...query, after })).hits).toEqual(start.hits);
        },
      );

      test('facets and total count what there is, each facet without its own filter', async () => {
        await fc.assert(
          fc.asyncProperty(someFilters, fc.boolean(), async (filter, withWords) => {
            const query = copiesOf({ filters: filter, facets: true }, withWords ? 'lantern' : '');
            const { total, facets } = await engine.search(query);
            expect(total).toEqual({ count: expected(copies, filter, 'newest').length, exact: true });
            const count = (without: (keyof Filters)[], key: (d: SearchDocument) => string) => {
              const rest = { ...filter };
              for (const name of without) delete rest[name];
              const ids = new Set(expected(copies, rest, 'newest'));
              const groups = Map.groupBy(
                copies.filter(({ id }) => ids.has(id)),
                key,
              );
              return Object.fromEntries([...groups].map(([value, list]) => [value, list.length]));
            };
            const given = (list: { value: string; count: number }[]) =>
              Object.fromEntries(list.map(({ value, count: n }) => [value, n]));
            expect(given(facets!.sets)).toEqual(count(['setCodes'], (d) => d.setCode!));
            expect(given(facets!.rarities)).toEqual(count(['rarities'], (d) => d.rarity!));
            expect(given(facets!.categories)).toEqual(count(['category'], (d) => d.category!));
            const bands = facets!.bands.reduce((sum, band) => sum + band.count, 0);
            const { priceFrom: _, priceTo: __, ...unpriced } = filter;
            expect(bands).toBe(expected(copies, unpriced, 'newest').length);
          }),
          { numRuns: 40 },
        );
        const { facets } = await engine.search(copiesOf({ facets: true }));
        expect(facets!.sets.find(({ value }) => value === 'SEA')).toMatchObject({ name: 'Deep Sea' });
      });
    });

    describe('writing', () => {
      test('an older version never takes the place of a newer one', async () => {
        const card = aDocument('card', 'Versioned');
        await engine.write([{ ...card, name: 'Versioned new' }], 1_000_000n);
        await engine.write([{ ...card, name: 'Versioned old' }], 999_999n);
        expect(await found('versioned')).toEqual(['Versioned new']);
        await engine.write([{ ...card, name: 'Versioned newest' }], 1_000_001n);
        expect(await found('versioned')).toEqual(['Versioned newest']);
      });

      test('a new index is read when it is whole, and has what was written meanwhile', async () => {
        const [kept, dropped, late] = ['Rebuilt kept', 'Rebuilt dropped', 'Rebuilt late'].map((name) =>
          aDocument('card', name),
        ) as [SearchDocument, SearchDocument, SearchDocument];
        await engine.write([kept, dropped], 2_000_000n);
        const build = (await engine.begin())!;
        await engine.write([late, { ...kept, about: 'marmalade' }], 2_000_002n);
        // Read before the change above, written after it.
        await engine.fill(build, [kept], 2_000_001n);
        expect((await found('rebuilt')).toSorted()).toEqual([
          'Rebuilt dropped',
          'Rebuilt kept',
          'Rebuilt late',
        ]);
        await engine.finish(build);
        expect((await found('rebuilt')).toSorted()).toEqual(['Rebuilt kept', 'Rebuilt late']);
        expect(await found('marmalade')).toEqual(['Rebuilt kept']);
        expect(await found('dragon')).toEqual([]);
        expect(await engine.isBuilt()).toBe(true);
        expect(await engine.begin(true)).toBeUndefined();
      });

      test('of two rebuilds the one that began last counts', async () => {
        const first = (await engine.begin())!;
        const second = (await engine.begin())!;
        await expect(engine.fill(first, [aDocument('card', 'First')], 3_000_000n)).rejects.toThrow();
        await expect(engine.finish(first)).rejects.toThrow();
        await engine.fill(second, [aDocument('card', 'Second')], 3_000_000n);
        await engine.finish(second);
        expect(await found('second')).toEqual(['Second']);
      });
    });
  });
}
