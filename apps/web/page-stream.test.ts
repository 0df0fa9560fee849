import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, createBrotliDecompress, gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { readyForPage } from './page-stream.ts';

let stop = () => {};
afterEach(() => stop());

/** Serves what writes itself into an answer, and asks for it. */
async function ask(
  page: (response: ServerResponse) => unknown,
  options: RequestOptions = {},
): Promise<IncomingMessage> {
  const server = createServer((incoming, response) => {
    readyForPage(incoming, response);
    page(response);
  }).listen(0, '127.0.0.1');
  stop = () => void server.close();
  await once(server, 'listening');
  const call = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options }).end();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  return answer;
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const accept = (encoding: string) => ({ headers: { 'accept-encoding': encoding } });
const SCRIPT = '<script src="/_next/static/chunks/a.js" async="" nonce="n1"></script>';
const html = (response: ServerResponse, ...parts: string[]) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  for (const part of parts) response.write(part);
  response.end();
};

test.each([
  ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
  ['gzip', 'gzip, deflate', gunzipSync],
  [undefined, '', (body: Buffer) => body],
] as const)('a page goes out as %s, with its scripts put off', async (encoding, accepted, open) => {
  const answer = await ask((response) => {
    response.setHeader('content-length', 1);
    html(response, `<p>Grüße</p>${SCRIPT}`, SCRIPT);
  }, accept(accepted));
  expect(answer.headers).toMatchObject({ vary: 'Accept-Encoding' });
  expect(answer.headers['content-encoding']).toBe(encoding);
  const text = open(await bodyOf(answer)).toString();
  expect(text).toMatch(/^<p>Grüße<\/p><script nonce="n1">/);
  expect(
    text.match(/<script type="text\/plain" data-late="\/_next\/static\/chunks\/a.js" nonce="n1"><\/script>/g),
  ).toHaveLength(2);
  expect(text.match(/<script nonce="n1">/g)).toHaveLength(1);
  expect(text).not.toContain('async=""');
});

test('tags and letters may be cut anywhere', async () => {
  const whole = Buffer.from(`<b>ü</b>${SCRIPT}<i>1 < 2</i>${SCRIPT}<!-- ende`);
  const answer = await ask((response) => {
    response.setHeader('content-type', 'text/html');
    for (const byte of whole) response.write(Buffer.of(byte));
    response.end();
  });
  const text = (await bodyOf(answer)).toString();
  expect(text).not.toContain(SCRIPT);
  expect(
    text.replace(/<script nonce.*?<\/script>/, '').replaceAll(/<script type.*?<\/script>/g, SCRIPT),
  ).toBe(whole.toString());
});

test('scripts that must run where they stand stay, and nothing is fetched ahead of them', async () => {
  const kept = '<script src="/_next/static/chunks/old.js" noModule="" nonce="n1"></script><script>1</script>';
  const ahead =
    '<link rel="preload" as="script" fetchPriority="low" nonce="n1" href="/_next/static/chunks/a.js"/>';
  const answer = await ask((response) =>
    html(response, kept, ahead, '<link rel="preload" as="image" href="/x"/>'),
  );
  expect((await bodyOf(answer)).toString()).toBe(`${kept}<link rel="preload" as="image" href="/x"/>`);
});

test('each part goes out when it is written', async () => {
  const [first, second] = ['<p>the frame</p>', '<p>the content</p>'];
  let finish = () => {};
  const answer = await ask((response) => {
    response.setHeader('content-type', 'text/html');
    response.flushHeaders();
    response.write(first);
    finish = () => response.end(second);
  }, accept('br'));
  const parts = answer.pipe(createBrotliDecompress())[Symbol.asyncIterator]();
  expect(String((await parts.next()).value)).toBe(first);
  finish();
  expect(String((await parts.next()).value)).toBe(second);
});

test('whoever writes faster than it is read is told when to go on', async () => {
  const part = Buffer.alloc(400_000, 'card ');
  let waits = 0;
  const answer = await ask(async (response) => {
    response.setHeader('content-type', 'text/x-component');
    for (let i = 0; i < 20; i++) {
      if (response.write(part)) continue;
      waits++;
      await once(response, 'drain');
    }
    response.end();
  }, accept('br'));
  const body = brotliDecompressSync(await bodyOf(answer));
  expect(body.equals(Buffer.concat(Array(20).fill(part)))).toBe(true);
  expect(waits).toBeGreaterThan(0);
});

test.each([
  ['pictures and fonts', 200, 'font/woff2', {}],
  ['what is compressed already', 200, 'text/html', { 'content-encoding': 'br' }],
  ['a part of a file', 206, 'text/css', {}],
])('%s: nothing is changed', async (_, status, type, headers) => {
  const answer = await ask((response) => {
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', type).setHeader('content-length', SCRIPT.length).end(SCRIPT);
  }, accept('br'));
  expect(answer.headers['content-length']).toBe(String(SCRIPT.length));
  expect((await bodyOf(answer)).toString()).toBe(SCRIPT);
});

test.each([304, 200])('answers without a body stay without one', async (status) => {
  const answer = await ask(
    (response) => {
      response.statusCode = status;
      response.setHeader('content-type', 'text/html').end();
    },
    { method: status === 200 ? 'HEAD' : 'GET', ...accept('br') },
  );
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(await bodyOf(answer)).toHaveLength(0);
});
