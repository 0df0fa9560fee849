import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { ok, operation, refuse, Type } from '@ece/contract';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../log/log.ts';
import { currentCall } from '../telemetry/call-context.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createApp } from './app.ts';
import type { Principal } from './principal.ts';
import { type Call, route } from './route.ts';

const common = { service: 'users', summary: 'A call' } as const;
const Thing = Type.Object({ name: Type.String({ minLength: 2 }) }, { additionalProperties: false });
const make = operation({
  ...common,
  method: 'POST',
  path: '/things/:id',
  access: 'user',
  idempotent: true,
  status: 201,
  params: Type.Object({ id: Type.String({ maxLength: 5 }) }),
  body: Type.Object(
    { name: Type.String({ minLength: 2 }), count: Type.Optional(Type.Integer({ minimum: 1 })) },
    { additionalProperties: false },
  ),
  response: Thing,
});
const list = operation({
  ...common,
  method: 'GET',
  path: '/things',
  access: 'public',
  query: Type.Object(
    { limit: Type.Optional(Type.Integer({ maximum: 10, default: 5 })) },
    { additionalProperties: false },
  ),
  response: Type.Object({ limit: Type.Integer() }),
});
const rule = operation({ ...common, method: 'DELETE', path: '/things', access: 'moderator', status: 204 });
const fault = operation({ ...common, method: 'GET', path: '/fault', access: 'public' });
const refused = operation({ ...common, method: 'GET', path: '/refused', access: 'public' });

let app: FastifyInstance;
let called: Call<typeof make> | undefined;
let work = async () => {};
let logged = '';
beforeAll(async () => {
  const destination = {
    write(text: string) {
      logged += text;
    },
  };
  app = createApp({
    log: createLogger({ level: 'info', format: 'json', destination }),
    metrics: createMetrics(),
  });
  app.addHook('onRequest', async (request) => {
    const role = request.headers['x-role'] as Principal['role'] | undefined;
    if (role) request.principal = { accountId: 'a', role, sessionId: 's' };
  });
  route(app, make, async (call) => {
    called = call;
    await work();
    return ok({ name: call.body.name, inner: 'never sent' });
  });
  route(app, list, async ({ query }) => ok({ limit: query.limit ?? 0 }));
  route(app, rule, async () => ok(undefined));
  route(app, fault, async () => {
    throw Object.assign(new Error('password=hunter2 in secret_table'), { statusCode: 418, detail: 'Ada' });
  });
  route(app, refused, async () => refuse('price_changed', 'It costs more now.', { price: '2' }));
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

const headers = { 'x-role': 'collector', 'idempotency-key': 'k1', 'content-type': 'application/json' };
const post = (change: InjectOptions) =>
  app.inject({ method: 'POST', url: '/api/v1/things/1', headers, payload: '{"name":"ab"}', ...change });

function expectProblem(response: LightMyRequestResponse, status: number, code: string): void {
  expect(response.statusCode, response.body).toBe(status);
  expect(response.headers['content-type']).toContain('application/problem+json');
  const id = response.headers['x-request-id'];
  expect(response.json()).toMatchObject({
    type: `urn:ece:problem:${code}`,
    status,
    code,
    instance: `urn:uuid:${id}`,
  });
  expect(response.body).not.toMatch(/FST_|stack|node_modules|at .*\(/);
}

test('a call that fits is answered by its schema', async () => {
  const response = await post({});
  expect([response.statusCode, response.json()]).toEqual([201, { name: 'ab' }]);
  expect(response.headers['x-content-type-options']).toBe('nosniff');
  expect(called).toMatchObject({ params: { id: '1' }, principal: { accountId: 'a' } });
  const { hash, ...key } = called!.key;
  expect(key).toEqual({ accountId: 'a', key: 'k1', operation: 'POST /things/:id' });
  const expected = JSON.stringify(['POST /things/:id', { id: '1' }, { name: 'ab' }]);
  expect(hash).toBe(createHash('sha256').update(expected).digest('hex'));
});

test('every failure of a request is a problem', async () => {
  expectProblem(await post({ payload: '{"name":' }), 400, 'malformed_json');
  expectProblem(await post({ payload: '' }), 400, 'malformed_json');
  expectProblem(await post({ payload: '{"__proto__":{"name":"ab"}}' }), 400, 'malformed_json');
  const text = { ...headers, 'content-type': 'text/plain' };
  expectProblem(await post({ headers: text }), 415, 'unsupported_media_type');
  expectProblem(
    await post({ headers: { ...text, 'content-type': 'nonsense' } }),
    415,
    'unsupported_media_type',
  );
  expectProblem(await post({ payload: `{"name":"${'x'.repeat(70_000)}"}` }), 413, 'payload_too_large');
  expectProblem(await app.inject({ url: '/api/v1/nothing' }), 404, 'not_found');
  expectProblem(await app.inject({ method: 'PUT', url: '/api/v1/thing' }), 404, 'not_found');
  expectProblem(await app.inject({ url: '/api/v1/%zz' }), 404, 'not_found');
});

test('validation names each place that does not fit, and nothing is coerced in a body', async () => {
  const response = await post({ payload: { name: 'a', count: '3', other: 1 } });
  expectProblem(response, 400, 'validation_failed');
  const paths = response.json().errors.map((error: { path: string }) => error.path);
  expect(paths.sort()).toEqual(['body', 'body/count', 'body/name']);
  expectProblem(await post({ payload: {} }), 400, 'validation_failed');
  expectProblem(await post({ payload: '[]' }), 400, 'validation_failed');
  const long = await post({ url: '/api/v1/things/123456' });
  expectProblem(long, 400, 'validation_failed');
  expect(long.json().errors[0].path).toBe('params/id');
  const query = await app.inject({ url: '/api/v1/things?limit=11' });
  expectProblem(query, 400, 'validation_failed');
  expectProblem(await app.inject({ url: '/api/v1/things?other=1' }), 400, 'validation_failed');
  expect((await app.inject({ url: '/api/v1/things?limit=7' })).json()).toEqual({ limit: 7 });
  expect((await app.inject({ url: '/api/v1/things' })).json()).toEqual({ limit: 5 });
  const many = await post({
    payload: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${i}`, 1])),
  });
  expect(many.json().errors).toHaveLength(20);
});

test('access is decided before anything else of the request is looked at', async () => {
  expectProblem(await post({ headers: {}, payload: '{' }), 401, 'unauthenticated');
  const key = (value: string) => post({ headers: { ...headers, 'idempotency-key': value } });
  expectProblem(
    await post({ headers: { 'x-role': 'collector', 'content-type': 'application/json' } }),
    400,
    'idempotency_key_required',
  );
  expectProblem(await key('with space'), 400, 'idempotency_key_required');
  expectProblem(await key('x'.repeat(129)), 400, 'idempotency_key_required');
  expect((await key('x'.repeat(128))).statusCode).toBe(201);
  const remove = (role?: string) =>
    app.inject({ method: 'DELETE', url: '/api/v1/things', headers: role ? { 'x-role': role } : {} });
  expectProblem(await remove(), 401, 'unauthenticated');
  expectProblem(await remove('collector'), 403, 'forbidden');
  for (const role of ['moderator', 'admin']) expect((await remove(role)).statusCode).toBe(204);
});

test('a refusal carries its words and data; a bug tells nothing and is logged', async () => {
  const refusal = await app.inject({ url: '/api/v1/refused' });
  expectProblem(refusal, 409, 'price_changed');
  expect(refusal.json()).toMatchObject({ detail: 'It costs more now.', data: { price: '2' } });
  logged = '';
  const response = await app.inject({ url: '/api/v1/fault' });
  expectProblem(response, 500, 'internal_error');
  expect(response.body).not.toMatch(/hunter2|secret_table|Ada/);
  expect(logged).toContain(response.headers['x-request-id']);
  expect(logged).toContain('request failed');
  expect(logged).not.toContain('Ada');
});

test('a request keeps the id that it brings, in its answer, its problem and each line of the log', async () => {
  logged = '';
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const answer = await post({
    url: '/api/v1/fault',
    method: 'GET',
    payload: undefined,
    headers: { 'x-request-id': 'mine.0001', traceparent },
  });
  expect(answer.headers['x-request-id']).toBe('mine.0001');
  expect(answer.json().instance).toBe('urn:ece:request:mine.0001');
  const lines = logged
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg }) => msg).sort()).toEqual(['request', 'request failed']);
  for (const line of lines) expect(line).toMatchObject({ reqId: 'mine.0001', trace_id: 'a'.repeat(32) });
  expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({ kind: 'access', status: 500 });
  logged = '';
  await app.inject({ url: '/api/v1/things', method: 'DELETE' });
  expect(JSON.parse(logged)).toMatchObject({ kind: 'security', status: 401 });
  for (const id of ['short', 'with space', 'x'.repeat(65), '"quoted"-0001', 'line\tbreak1']) {
    const other = await app.inject({ url: '/api/v1/things', headers: { 'x-request-id': id } });
    expect(other.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('what work is done for is known wherever a call leads, also behind a body that came in parts', async () => {
  const seen: unknown[] = [];
  work = async () => {
    await new Promise(setImmediate);
    seen.push(currentCall()?.requestId);
  };
  const { port } = app.server.address() as { port: number };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const id of ['first-0001', 'second-001']) {
    const call = request({
      ...{ port, method: 'POST', path: '/api/v1/things/1', agent },
      headers: { ...headers, 'x-request-id': id, 'idempotency-key': id },
    });
    call.write('{"name":');
    await new Promise(setImmediate);
    call.end('"ab"}');
    const [answer] = await once(call, 'response');
    answer.resume();
    await once(answer, 'end');
  }
  agent.destroy();
  expect(seen).toEqual(['first-0001', 'second-001']);
  work = async () => {};
});

test('what takes too long to arrive or to answer, or has too large a head, is refused with a problem', async () => {
  const strict = createApp({
    log: createLogger({ level: 'silent', format: 'json' }),
    metrics: createMetrics(),
    requestSeconds: 1,
  });
  for (const method of ['GET', 'POST']) {
    strict.route({ method, url: '/slow', handler: () => new Promise(() => {}) });
  }
  await strict.listen({ host: '127.0.0.1', port: 0 });
  const { port } = strict.server.address() as { port: number };
  const cases = [
    ['GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 503, 'unavailable'],
    ['GET /slow HTTP/1.1\r\nhost: x', 408, 'request_timeout'],
    [
      'POST /slow HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n1',
      408,
      'request_timeout',
    ],
    [`GET /slow HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ] as const;
  await Promise.all(
    cases.map(async ([text, status, code]) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(text);
      let back = '';
      socket.on('data', (chunk) => (back += chunk));
      await once(socket, 'close');
      const [head, body] = back.split('\r\n\r\n');
      expect(head, text.slice(0, 80)).toContain(`HTTP/1.1 ${status}`);
      const problem = JSON.parse(body!);
      expect(problem).toMatchObject({ status, code });
      expect(problem.instance).toBe(`urn:uuid:${/x-request-id: (\S+)/.exec(head!)![1]}`);
    }),
  );
  await strict.close();
});

test('a request line or header that is broken ends its connection and nothing else', async () => {
  const { port } = app.server.address() as { port: number };
  for (const text of ['NONSENSE\r\n\r\n', 'GET /x HTTP/1.1\r\nbad header\r\n\r\n', '\x16\x03\x01\x00']) {
    const socket = connect(port, '127.0.0.1');
    socket.end(text);
    let back = '';
    for await (const chunk of socket) back += chunk;
    expect(back).toMatch(/^HTTP\/1.1 400/);
  }
  expect((await app.inject({ url: '/api/v1/things' })).statusCode).toBe(200);
});

test('a wrong method is told which ones the address takes, and an address that is none is not found', async () => {
  const wrong = await app.inject({ method: 'PUT', url: '/api/v1/things/a%20b?x=1' });
  expect(wrong.statusCode).toBe(405);
  expect(wrong.headers.allow).toBe('POST');
  expect(wrong.json()).toMatchObject({ code: 'method_not_allowed', status: 405 });
  expect((await app.inject({ method: 'PATCH', url: '/api/v1/things' })).headers.allow).toBe(
    'DELETE, GET, HEAD',
  );
  expect((await app.inject({ method: 'PUT', url: '/api/v1/things/a/b' })).statusCode).toBe(404);
  expect((await app.inject({ method: 'GET', url: '/api/v1/thingsX' })).statusCode).toBe(404);
});
