import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestOptions, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compressedAssets } from './compressed.ts';

const TEXT = 'console.log("cards, cards, cards");';
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ece-assets-'));
  mkdirSync(join(folder, 'chunks'));
  writeFileSync(join(folder, 'chunks/a.js'), TEXT);
  writeFileSync(join(folder, 'chunks/a.js.br'), brotliCompressSync(TEXT));
  writeFileSync(join(folder, 'chunks/plain.js'), TEXT);
  writeFileSync(join(folder, 'secret.txt.br'), brotliCompressSync(TEXT));
  const send = compressedAssets(folder);
  server = createServer((incoming, response) => {
    if (!send(incoming, response)) response.writeHead(299).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: Buffer;
}

function ask(path: string, options: RequestOptions = {}): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path, ...options }, async (answer) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) });
    });
    call.once('error', reject);
    call.end();
  });
}

const brotli = { 'accept-encoding': 'gzip, deflate, br, zstd' };

test('an asset goes out compressed, for ever, and only to those who take it', async () => {
  const { status, headers, body } = await ask('/_next/static/chunks/a.js?x=1', { headers: brotli });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'application/javascript; charset=UTF-8',
    'content-encoding': 'br',
    'content-length': String(body.length),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  });
  expect(brotliDecompressSync(body).toString()).toBe(TEXT);
  const head = await ask('/_next/static/chunks/a.js', { method: 'HEAD', headers: brotli });
  expect([head.status, head.body.length]).toEqual([200, 0]);
});

test.each([
  ['a browser without brotli', '/_next/static/chunks/a.js', { 'accept-encoding': 'gzip, deflate' }],
  ['no word of encodings', '/_next/static/chunks/a.js', {}],
  ['a part of an asset', '/_next/static/chunks/a.js', { ...brotli, range: 'bytes=0-3' }],
  ['an asset without a compressed copy', '/_next/static/chunks/plain.js', brotli],
  ['a file that is no asset', '/_next/static/secret.txt', brotli],
  ['a path out of the folder', '/_next/static/chunks/../../a.js', brotli],
])('%s is left to others', async (_, path, headers) => {
  expect((await ask(path, { headers })).status).toBe(299);
});
