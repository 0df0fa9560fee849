import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { search } from '@ece/search';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../../services/search/elastic/bulk.ts';
import { type Client, createClient, type EngineError } from '../../services/search/elastic/client.ts';
import { createElasticEngine } from '../../services/search/elastic/engine.ts';
import { generationsOf, writeAlias } from '../../services/search/elastic/generations.ts';
import type { SearchDocument, SearchEngine, SearchQuery, Sort } from '../../services/search/engine.ts';
import { createPostgresEngine } from '../../services/search/postgres/engine.ts';
import {
  aDocument,
  aQuery,
  bestFirst,
  catalogue,
  conformance,
  someFilters,
  someTexts,
  someWords,
} from '../../services/search/test-conformance.ts';
import { type ServiceDatabase, serviceDatabase } from '../support/service-database.ts';
import { hasOpenSearch, type OpenSearchServer, startOpenSearch } from './support/opensearch.ts';

describe.skipIf(!hasOpenSearch())('with OpenSearch', () => {
  let server: OpenSearchServer;
  let client: Client;
  beforeAll(async () => {
    server = await startOpenSearch();
    client = createClient({ url: server.url });
  }, 300_000);
  afterAll(async () => {
    client?.close();
    await server?.stop();
  });

  /** An engine with an empty index. */
  async function open(index: string): Promise<SearchEngine> {
    const engine = createElasticEngine(client, { index, atOnce: true, patienceMs: 20_000 });
    await engine.finish((await engine.begin())!);
    return engine;
  }
  const live = async (index: string) => (await generationsOf(client, index).read()).live!;

  conformance('OpenSearch', async () => ({ engine: await open('conformance'), close: async () => {} }));

  describe('beside PostgreSQL', () => {
    let database: ServiceDatabase;
    let engines: [SearchEngine, SearchEngine];
    const both = <T>(ask: (engine: SearchEngine) => Promise<T>) => Promise.all(engines.map(ask));
    beforeAll(async () => {
      database = await serviceDatabase([search.migrations]);
      engines = [createPostgresEngine(database.db), await open('differential')];
    });
    afterAll(() => database.close());
    let version = 1n;
    const write = (documents: SearchDocument[]) => both((engine) => engine.write(documents, version++));

    test('both find the same by words, in the same order, and suggest the same', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          someTexts,
          someWords,
          fc.integer({ min: 1, max: 5 }),
          async (texts, typed, limit) => {
            const category = `run ${run++}`;
            const cards = texts.map(({ name, ...more }) => aDocument('card', name, { ...more, category }));
            await write(cards);
            const best = bestFirst(cards, typed);
            // What has the words with mistakes comes behind, and each engine forgives in its own way.
            const [ours, theirs] = await both(async (engine) => {
              const query = aQuery(typed, { kinds: ['card'], filters: { category }, limit });
              const { hits } = await engine.search(query);
              return hits.map(({ id }) => id).slice(0, best.length);
            });
            expect(theirs).toEqual(ours);
            expect(ours).toEqual(best.slice(0, limit));
          },
        ),
        { numRuns: 30 },
      );
      await fc.assert(
        fc.asyncProperty(someWords, async (typed) => {
          const [ours, theirs] = await both((engine) => engine.suggest(typed, 1000));
          const names = (hits: { name: string }[]) => hits.map(({ name }) => name);
          // Of one letter PostgreSQL looks at fifty names. Where none has the words, likeness decides, and each
          // engine goes its own way.
          const exact = ours!.card.map((hit) => ({ ...hit, known: [], about: '' }));
          if (typed.length < 2 || bestFirst(exact, typed).length === 0) return;
          expect(names(theirs!.card)).toEqual(names(ours!.card));
        }),
        { numRuns: 30 },
      );
    }, 400_000);

    test('the pages of one go on in the other, whatever the filters and the order', async () => {
      const copies = catalogue();
      await write(copies);
      const sorts = fc.constantFrom<Sort>(
        ...(['relevance', 'newest', 'cheapest', 'dearest', 'ending', 'recently_sold', 'serial'] as const),
      );
      const property = fc.asyncProperty(
        someFilters,
        sorts,
        fc.boolean(),
        async (filters, sort, withWords) => {
          const query: SearchQuery = aQuery(withWords ? 'lantern' : '', {
            kinds: ['copy'],
            filters,
            sort,
            limit: 4,
          });
          const [all] = await both((engine) => engine.search({ ...query, limit: 100, facets: true }));
          const ids: string[] = [];
          for (let page = 0, after: string | undefined; ; page++) {
            const result = await engines[page % 2]!.search({
              ...query,
              ...(after !== undefined && { after }),
            });
            ids.push(...result.hits.map(({ id }) => id));
            if (result.next === null) break;
            after = result.next;
          }
          expect(ids).toEqual(all!.hits.map(({ id }) => id));
          const counts = await both((engine) => engine.search({ ...query, facets: true }));
          expect(counts[1]!.total).toEqual(counts[0]!.total);
          expect(counts[1]!.facets).toEqual(counts[0]!.facets);
        },
      );
      await fc.assert(property, { numRuns: 30 });
    }, 400_000);

    test('prices beyond what a number of JavaScript holds keep every digit', async () => {
      const price = 9_007_199_254_740_993n;
      const set = aDocument('set', 'Dear', { setCode: 'DEAR' });
      const dear = [0n, 1n, 2n].map((more) =>
        aDocument('card', 'Dear', { setCode: 'DEAR', price: price + more }),
      );
      await write([set, ...dear]);
      const filters = { setCodes: ['DEAR'], priceFrom: price + 1n };
      const query = aQuery('', { kinds: ['card'], filters, sort: 'cheapest', limit: 1 });
      const first = await engines[1].search(query);
      const second = await engines[1].search({ ...query, after: first.next! });
      expect([...first.hits, ...second.hits].map((hit) => hit.price)).toEqual([price + 1n, price + 2n]);
      expect(second.next).toBeNull();
    });
  });

  describe('writing', () => {
    const cards = (count: number) => Array.from({ length: count }, (_, n) => aDocument('card', `Card ${n}`));

    test('late and doubled documents never take the place of newer ones', async () => {
      await open('versions');
      const alias = writeAlias(await live('versions'));
      const documents = cards(1200);
      const large = 9_007_199_254_740_993n;
      expect(await writeBulk(client, alias, documents, large)).toMatchObject({ written: 1200, outdated: 0 });
      expect(await writeBulk(client, alias, documents, large)).toMatchObject({ written: 0, outdated: 1200 });
      expect(await writeBulk(client, alias, documents, large - 1n)).toMatchObject({ outdated: 1200 });
      expect(await writeBulk(client, alias, documents.slice(3), large + 1n)).toMatchObject({ written: 1197 });
    });

    test('a document that cannot be written holds up no other', async () => {
      await open('refusals');
      const [good, bad] = cards(2) as [SearchDocument, SearchDocument];
      const result = await writeBulk(
        client,
        writeAlias(await live('refusals')),
        [{ ...bad, category: 'x'.repeat(40_000) }, good],
        1n,
      );
      expect(result).toMatchObject({ written: 1, refused: [{ id: `card:${bad.id}` }] });
    });

    test('writing to an index that was dropped does not make it again', async () => {
      const engine = await open('dropped');
      const old = await live('dropped');
      await engine.finish((await engine.begin())!);
      expect(await writeBulk(client, writeAlias(old), cards(1), 1n)).toMatchObject({
        gone: true,
        written: 0,
      });
      const names = await client.call<object>({
        method: 'GET',
        path: '/dropped*/_alias',
        patienceMs: 10_000,
      });
      expect(Object.keys(names)).toEqual([await live('dropped')]);
    });

    test('of two processes that find no index one makes it, and makes it again where that came to nothing', async () => {
      const [one, other] = [0, 1].map(() => createElasticEngine(client, { index: 'first', atOnce: true }));
      const build = await one!.begin(true);
      expect(await other!.begin(true)).toBeUndefined();
      expect(await one!.isBuilt()).toBe(false);
      const again = await one!.begin(true);
      await expect(one!.finish(build!)).rejects.toThrow('another rebuild');
      await one!.finish(again!);
      expect(await other!.isBuilt()).toBe(true);
    });

    test('what a rebuild that broke off has left is gone after the next one', async () => {
      const engine = await open('strays');
      await engine.begin();
      await engine.finish((await engine.begin())!);
      const names = await client.call<object>({ method: 'GET', path: '/strays*/_alias', patienceMs: 10_000 });
      expect(Object.keys(names)).toEqual([await live('strays')]);
    });
  });
});

describe('the way to the engine', () => {
  const servers: Server[] = [];
  afterAll(() => Promise.all(servers.map((each) => new Promise((done) => each.close(done)))));
  const listen = async (made: Server): Promise<number> => {
    servers.push(made);
    await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
    return (made.address() as AddressInfo).port;
  };
  const serve = (listener: RequestListener) => listen(createServer(listener));
  const call = { method: 'GET', path: '/_alias', patienceMs: 2000 } as const;
  const errorOf = (client: Client): Promise<EngineError> =>
    client.call(call).then(
      () => Promise.reject(new Error('it answered')),
      (error: unknown) => error as EngineError,
    );

  test('certificates are checked, against an authority of its own where there is one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ece-certificate-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...name], {
      stdio: 'ignore',
    });
    const ca = readFileSync(cert, 'utf8');
    const port = await listen(
      createSecureServer({ key: readFileSync(key), cert: ca }, (_, answer) => answer.end('{"ok":true}')),
    );
    rmSync(folder, { recursive: true });
    const url = `https://localhost:${port}`;
    expect(await createClient({ url, ca }).call(call)).toEqual({ ok: true });
    expect((await errorOf(createClient({ url }))).message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect((await errorOf(createClient({ url: `https://127.0.0.1:${port}`, ca }))).status).toBe(0);
  });

  test('a name and a password, or a key, are sent and never told', async () => {
    const seen: (string | undefined)[] = [];
    const port = await serve((request, answer) => {
      seen.push(request.headers.authorization);
      answer.writeHead(401).end('{"error":{"type":"security_exception","reason":"s3cret of someone"}}');
    });
    const secrets = [
      createClient({ url: `http://someone:s3cret%2F@127.0.0.1:${port}` }),
      createClient({ url: `http://127.0.0.1:${port}`, apiKey: 's3cret' }),
    ];
    for (const client of secrets) {
      const error = await errorOf(client);
      expect(error).toMatchObject({ status: 401, isOutage: true });
      expect(JSON.stringify([error.message, error.stack, error])).not.toMatch(/s3cret|someone/);
    }
    expect(seen).toEqual([`Basic ${Buffer.from('someone:s3cret/').toString('base64')}`, 'ApiKey s3cret']);
  });

  test('who does not answer in time, or not at all, is given up', async () => {
    const silent = await serve(() => {});
    const error = await errorOf(createClient({ url: `http://127.0.0.1:${silent}` }));
    expect(error.message).toContain('no answer in time');
    expect((await errorOf(createClient({ url: 'http://127.0.0.1:1' }))).isOutage).toBe(true);
    servers.at(-1)!.closeAllConnections();
  });

  test('documents for which there is no room are sent again, some times, and what is too long in halves', async () => {
    const documents = [aDocument('card', 'One'), aDocument('card', 'Two'), aDocument('card', 'Three')];
    const sent: number[] = [];
    let full = true;
    const port = await serve(async (request, answer) => {
      let body = '';
      for await (const part of request) body += String(part);
      const ids = [...body.matchAll(/"_id":"([^"]+)"/g)].map(([, id]) => id!);
      sent.push(ids.length);
      if (ids.length > 2) return void answer.writeHead(413).end();
      // The first of each request has no room once.
      const items = ids.map((_id, at) => ({ index: { _id, status: full && at === 0 ? 429 : 201 } }));
      answer.end(JSON.stringify({ errors: full, items }));
      if (sent.length === 2) full = false;
    });
    const client = createClient({ url: `http://127.0.0.1:${port}` });
    expect(await writeBulk(client, 'x.write', documents, 1n, [1, 1])).toMatchObject({ written: 3 });
    expect(sent).toEqual([3, 2, 1, 1]);
    sent.length = 2;
    full = true;
    await expect(writeBulk(client, 'x.write', documents.slice(0, 1), 1n, [1, 1])).rejects.toMatchObject({
      status: 429,
    });
    expect(sent.length).toBe(5);
  });
});
