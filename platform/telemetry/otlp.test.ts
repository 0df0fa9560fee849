import { ok, operation, Type } from '@ece/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { untilVisible } from '../../tests/support/horizon.ts';
import { type OtlpReceiver, openReceiver } from '../../tests/support/otlp-receiver.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { atomically } from '../db/database.ts';
import { createApp } from '../http/app.ts';
import { exposeInternal, remote } from '../http/remote.ts';
import { route } from '../http/route.ts';
import { startJob } from '../jobs/runner.ts';
import { createLogger } from '../log/log.ts';
import { publish } from '../outbox/publish.ts';
import { consume } from '../outbox/reader.ts';
import { currentCall } from './call-context.ts';
import { createMetrics } from './metrics.ts';
import { openOtlp } from './otlp.ts';
import { recordQueries } from './queries.ts';
import { recordForMany, recordTo } from './spans.ts';

const secret = 'shown by one process to another';
const log = createLogger({ level: 'silent', format: 'json' });
let database: ServiceDatabase;
let receiver: OtlpReceiver;
let telemetry: ReturnType<typeof openOtlp>;
let inner: FastifyInstance;
let outer: FastifyInstance;
let batch: (() => Promise<void>) | undefined;

beforeAll(async () => {
  database = await serviceDatabase();
});
afterAll(() => database.close());

async function start(ratio: number): Promise<void> {
  receiver = await openReceiver();
  telemetry = openOtlp({
    endpoint: receiver.url,
    headers: 'authorization=Bearer%20x',
    ratio,
    resource: { 'service.name': 'test' },
  });
  recordTo(telemetry.recorder);
  const db = recordQueries(database.db);
  const api = {
    async work(name: string) {
      await db`select ${name}::text as name`;
      await atomically(db, (tx) => tx`select 2`);
      return name;
    },
  };
  const methods = { reads: ['work'], writes: [] } as const;
  inner = createApp({ log, metrics: createMetrics() });
  exposeInternal(inner, 'things', api, methods, secret);
  const url = await inner.listen({ host: '127.0.0.1', port: 0 });
  outer = createApp({
    log: createLogger({ level: 'error', format: 'json', destination: { write: () => {} } }),
    metrics: createMetrics(),
    isEdge: true,
  });
  const peer = remote<typeof api>('things', methods, { url, secret });
  const common = { service: 'users', summary: 'A call', method: 'GET', access: 'public' } as const;
  route(
    outer,
    operation({ ...common, path: '/people/:name', params: Type.Object({ name: Type.String() }) }),
    async ({ params }) => {
      await peer.work(params.name);
      return ok(undefined);
    },
  );
  route(outer, operation({ ...common, path: '/fault' }), async () => {
    throw new Error('a bug');
  });
  route(outer, operation({ ...common, path: '/batch' }), async () => {
    await batch!();
    return ok(undefined);
  });
}
afterEach(async () => {
  recordTo(undefined);
  await Promise.all([inner.close(), outer.close()]);
  await telemetry.close();
  await receiver.close();
});

/** What a call leads to, once everything is sent. */
async function flushed(): Promise<OtlpReceiver> {
  await outer.close();
  await telemetry.close();
  return receiver;
}

const PARENT = 'b'.repeat(16);
const traceparent = (trace: string, flags = '00') => `00-${trace.repeat(32)}-${PARENT}-${flags}`;

describe('recorded', () => {
  beforeEach(() => start(1));

  test('a call is one tree through processes and database, without what people have sent', async () => {
    const headers = {
      traceparent: traceparent('a'),
      cookie: 'ece_session=hunter2',
      'x-request-id': 'request-0001',
    };
    await outer.inject({ url: '/api/v1/people/hunter2?q=hunter2', headers });
    const { spans, raw } = await flushed();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const path = (id: string | undefined): string[] => {
      const span = byId.get(id ?? '');
      return span ? [...path(span.parentSpanId), span.name] : [];
    };
    const root = 'GET /api/v1/people/:name';
    const there = [root, 'things.work', 'POST /internal/things/:method'];
    expect(spans.map(({ spanId }) => path(spanId).join(' > ')).sort()).toEqual([
      root,
      [root, 'things.work'].join(' > '),
      there.join(' > '),
      [...there, 'query'].join(' > '),
      [...there, 'transaction'].join(' > '),
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['a'.repeat(32)]));
    expect(spans.find(({ name }) => name === root)).toMatchObject({
      parentSpanId: PARENT,
      kind: 2,
      attributes: {
        'http.route': '/api/v1/people/:name',
        'http.response.status_code': 200,
        'ece.request_id': 'request-0001',
      },
      resource: { 'service.name': 'test' },
    });
    expect(spans.find(({ name }) => name === 'query')!.attributes['db.query.text']).toBe(
      'select ?::text as name',
    );
    expect(raw()).not.toContain('hunter2');
    expect(raw()).toContain('Bearer x');
  });

  test('a bug is an event of its span and a record of the log, in its trace', async () => {
    expect(
      (await outer.inject({ url: '/api/v1/fault', headers: { traceparent: traceparent('c') } })).statusCode,
    ).toBe(500);
    const { spans, logs } = await flushed();
    expect(spans[0]!.events).toMatchObject([
      { name: 'exception', attributes: { 'exception.message': 'a bug' } },
    ]);
    expect(spans[0]!.status.code).toBe(2);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({
      ...{ traceId: 'c'.repeat(32), spanId: spans[0]!.spanId, severityNumber: 17, body: 'request failed' },
      attributes: { 'exception.type': 'Error', 'exception.message': 'a bug' },
    });
    expect(logs[0]!.attributes['exception.stacktrace']).toContain('otlp.test.ts');
  });

  test('work for many calls is part of the first and linked to the others', async () => {
    const calls: ReturnType<typeof currentCall>[] = [];
    const both = Promise.withResolvers<void>();
    batch = async () => {
      calls.push(currentCall());
      if (calls.length === 2) await recordForMany('batch', calls, {}, async () => both.resolve());
      await both.promise;
    };
    const ask = (trace: string) =>
      outer.inject({ url: '/api/v1/batch', headers: { traceparent: traceparent(trace) } });
    await Promise.all([ask('1'), ask('2')]);
    const { spans } = await flushed();
    const one = spans.find(({ name }) => name === 'batch')!;
    const parent = spans.find(({ spanId }) => spanId === one.parentSpanId)!;
    expect(one.links).toHaveLength(1);
    expect([parent.traceId, one.links[0]!.traceId].sort()).toEqual(['1'.repeat(32), '2'.repeat(32)]);
  });

  test('what follows from an event, in a job of whichever process, is in the trace of the call that caused it', async () => {
    const write = (name: string) =>
      atomically(database.db, (tx) => publish(tx, [{ topic: 'thing', type: 'thing.done', data: { name } }]));
    batch = async () => void (await write('called'));
    recordTo(undefined);
    await write('by itself');
    recordTo(telemetry.recorder);
    for (const trace of ['5', '6'])
      await outer.inject({ url: '/api/v1/batch', headers: { traceparent: traceparent(trace) } });
    // All of them in one batch, whose span links to both traces.
    await untilVisible(database.db);
    const handled: string[] = [];
    const job = startJob(
      {
        name: 'test.consumer',
        everyMs: 1,
        run: () =>
          consume(
            database.db,
            'test',
            async (tx, events) => {
              handled.push(...events.map(({ data }) => String(data.name)));
              if (events.length > 0)
                await publish(tx, [{ topic: 'follows', type: 'thing.followed', data: {} }]);
            },
            { types: ['thing.done'] },
          ),
      },
      log,
    );
    await vi.waitFor(() => expect(handled).toEqual(['by itself', 'called', 'called']), { timeout: 30_000 });
    await job.stop();
    const [followed] = await database.db<{ trace: string }[]>`
      select trace from platform.events where topic = 'follows'`;
    const { spans } = await flushed();
    const consumption = spans.find(({ name }) => name === 'consume test')!;
    const cause = spans.find(({ spanId }) => spanId === consumption.parentSpanId)!;
    expect([consumption.traceId, cause.name, consumption.kind]).toEqual(['5'.repeat(32), 'transaction', 5]);
    expect(consumption.links.map(({ traceId }) => traceId)).toContain('6'.repeat(32));
    expect(cause.attributes['ece.leads_on']).toBe(true);
    expect(followed!.trace).toBe(`00-${'5'.repeat(32)}-${consumption.spanId}-01`);
  });

  test('a run of a job is sent where it asked somebody or failed, and not where it only looked', async () => {
    let runs = 0;
    const done = Promise.withResolvers<void>();
    const kinds = ['looks', 'asks', 'fails'];
    const peer = remote<{ one(): Promise<void> }>(
      'gone',
      { reads: ['one'], writes: [] },
      { url: 'http://127.0.0.1:9', secret },
    );
    const job = startJob(
      {
        name: 'test.job',
        everyMs: 1,
        async run() {
          const kind = kinds[runs++];
          await atomically(database.db, (tx) => tx`select 1`);
          if (kind === 'asks') await peer.one().catch(() => {});
          if (kind === 'fails') throw new Error('a job failed');
          if (kind === undefined) done.resolve();
          return runs <= kinds.length;
        },
      },
      log,
    );
    await done.promise;
    await job.stop();
    const { spans } = await flushed();
    const jobs = spans.filter(({ name }) => name === 'test.job');
    expect(jobs).toHaveLength(2);
    const childrenOf = (id: string) =>
      spans.filter(({ parentSpanId }) => parentSpanId === id).map(({ name }) => name);
    expect(jobs.map(({ spanId }) => childrenOf(spanId))).toEqual([
      ['transaction', 'gone.one'],
      ['transaction'],
    ]);
  });
});

test('of what is not chosen only errors are sent, and a stranger’s word does not choose', async () => {
  await start(0);
  for (const flags of ['00', '01']) {
    await outer.inject({ url: '/api/v1/people/x', headers: { traceparent: traceparent('d', flags) } });
  }
  batch = () =>
    atomically(database.db, async (tx) => {
      await publish(tx, [{ topic: 'not chosen', type: 'thing.done', data: {} }]);
    });
  await outer.inject({ url: '/api/v1/batch', headers: { traceparent: traceparent('d', '01') } });
  const [event] = await database.db<{ trace: string | null }[]>`
    select trace from platform.events where topic = 'not chosen'`;
  expect(event).toEqual({ trace: null });
  await outer.inject({ url: '/api/v1/fault', headers: { traceparent: traceparent('e', '01') } });
  const { spans, logs } = await flushed();
  expect(spans).toEqual([]);
  expect(logs).toMatchObject([{ traceId: 'e'.repeat(32), attributes: { 'exception.message': 'a bug' } }]);
});

test('a collector that is away holds nothing up', async () => {
  await start(1);
  await receiver.close();
  expect((await outer.inject('/api/v1/people/x')).statusCode).toBe(200);
  receiver = await openReceiver();
});
