import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, ErrorCode, Operations } from '@ece/contract';
import { afterAll, beforeAll, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { type Credentials, createClient, type Ece, EceError } from './index.ts';

interface Seen {
  line: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

let server: Server;
let url: string;
let seen: Seen[];
let answer: (call: Seen, response: ServerResponse) => void;
let ece: Ece;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = {
      line: `${request.method} ${request.url}`,
      headers: request.headers,
      body: body && JSON.parse(body),
    };
    seen.push(call);
    answer(call, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  seen = [];
  answer = (_call, response) => response.end('{}');
  ece = createClient({ url });
});

const id = '0190a5c8-0000-7000-8000-000000000001';
const json = (status: number, body: unknown) => (_call: Seen, response: ServerResponse) =>
  response.writeHead(status).end(JSON.stringify(body));

test('inputs go where the contract has them: path, query and body', async () => {
  await ece.auctions.bid({ id, maximum: '12.5' });
  await ece.auctions.list({ limit: 5, cursor: 'abc' });
  await ece.users.get({ handle: 'a/b?c' });
  await ece.auctions.list();
  await ece.users.updateMe({ bio: 'x', handle: undefined });
  expect(seen.map(({ line, body }) => [line, body])).toEqual([
    [`POST /api/v1/auctions/${id}/bids`, { maximum: '12.5' }],
    ['GET /api/v1/auctions?cursor=abc&limit=5', ''],
    ['GET /api/v1/users/a%2Fb%3Fc', ''],
    ['GET /api/v1/auctions', ''],
    ['PATCH /api/v1/users/me', { bio: 'x' }],
  ]);
  expect(seen[0]!.headers['content-type']).toBe('application/json');
  expect(seen[1]!.headers['content-type']).toBeUndefined();
});

test('headers go with every call, and a function is asked for each', async () => {
  let calls = 0;
  const counting = createClient({ url, headers: () => ({ 'x-call': String(++calls) }) });
  await counting.auctions.list();
  await counting.auctions.list();
  await createClient({ url, headers: { 'x-call': 'same' } }).auctions.list();
  expect(seen.map(({ headers }) => headers['x-call'])).toEqual(['1', '2', 'same']);
});

test('calls that move money have a key: a fresh one each, or the one that is given', async () => {
  await ece.auctions.bid({ id, maximum: '1' });
  await ece.auctions.bid({ id, maximum: '1' });
  await ece.auctions.bid({ id, maximum: '1' }, { idempotencyKey: 'mine' });
  await ece.auctions.bid({ id, maximum: '1' }, { idempotencyKey: 'mine' });
  await ece.auctions.list();
  const keys = seen.map((call) => call.headers['idempotency-key']);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).not.toBe(keys[0]);
  expect(keys.slice(2)).toEqual(['mine', 'mine', undefined]);
});

test('refusals are errors with the code of the contract', async () => {
  answer = json(409, {
    code: 'bid_too_low',
    title: 'Low',
    detail: 'At least 5.',
    status: 409,
    data: { least: '5' },
  });
  const error = await ece.auctions.bid({ id, maximum: '1' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EceError);
  expect(error).toMatchObject({
    code: 'bid_too_low',
    status: 409,
    message: 'At least 5.',
    problem: { data: { least: '5' } },
  });
});

test('an exchange that cannot be reached, answers no JSON or is cut off is an error as well', async () => {
  const nowhere = createClient({ url: 'http://127.0.0.1:9' });
  await expect(nowhere.auctions.list()).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  answer = (_call, response) => response.writeHead(502).end('<html>');
  await expect(ece.auctions.list()).rejects.toMatchObject({ code: 'unreachable', status: 502 });
  answer = (_call, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"items":');
    setImmediate(() => response.destroy());
  };
  await expect(ece.auctions.list()).rejects.toBeInstanceOf(EceError);
  answer = () => {};
  const impatient = createClient({ url, timeoutMs: 50 });
  await expect(impatient.auctions.list()).rejects.toMatchObject({ code: 'unreachable' });
});

test('a call without an answer gives none', async () => {
  answer = (_call, response) => response.writeHead(204).end();
  expect(await ece.auth.logout()).toBeUndefined();
});

const credentials = { email: 'ada@example.com', password: 'a long password' };

test('the token is renewed before it ends, once for all calls that wait, and tried again when that failed', async () => {
  let logins = 0;
  let down = false;
  answer = (call, response) => {
    if (!call.line.endsWith('/auth/login')) return response.end('{}');
    if (down) return json(503, { code: 'unavailable' })(call, response);
    response.end(
      JSON.stringify({ user: {}, accessToken: `t${++logins}`, expiresIn: logins === 1 ? -1 : 600 }),
    );
  };
  await ece.signIn(credentials);
  expect(seen[0]!.headers.authorization).toBeUndefined();

  down = true;
  await expect(ece.users.me()).rejects.toMatchObject({ code: 'unavailable' });
  down = false;
  seen = [];
  await Promise.all([ece.users.me(), ece.auctions.list(), ece.users.me()]);
  expect(seen.filter((call) => call.line.endsWith('/auth/login'))).toHaveLength(1);
  expect(logins).toBe(2);
  const others = seen.filter((call) => !call.line.endsWith('/auth/login'));
  expect(others.map((call) => call.headers.authorization)).toEqual(Array(3).fill('Bearer t2'));
  await ece.users.me();
  expect(logins).toBe(2);
});

test('methods have the types of the contract', () => {
  expectTypeOf(ece.signIn).parameter(0).toEqualTypeOf<Credentials>();
  expectTypeOf(ece.auctions.bid).returns.resolves.toEqualTypeOf<Answer<Operations['auctions']['bid']>>();
  expectTypeOf(ece.auctions.bid).parameter(0).toExtend<{ id: string; maximum: string }>();
  expectTypeOf<{ id: string }>().not.toExtend<Parameters<Ece['auctions']['bid']>[0]>();
  expectTypeOf<undefined>().toExtend<Parameters<Ece['auctions']['list']>[0]>();
  expectTypeOf<undefined>().not.toExtend<Parameters<Ece['auctions']['get']>[0]>();
  expectTypeOf<EceError['code']>().toEqualTypeOf<ErrorCode | 'unreachable'>();
  expectTypeOf(ece).not.toHaveProperty('shop');
});
