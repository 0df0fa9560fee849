import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type OutboundCall, post } from './outbound.ts';
import { isLoopback, isPublicAddress } from './public-address.ts';

let server: Server | undefined;
let calls = 0;

async function listen(handler: RequestListener): Promise<string> {
  calls = 0;
  server = createServer((request, response) => {
    calls++;
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const call = (url: string, more: Partial<OutboundCall> = {}) =>
  post({
    ...{ url, headers: {}, body: '{}', timeoutMs: 5000, maxAnswerBytes: 1000, allows: isLoopback },
    ...more,
  });

test.each([
  ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.0.1', '2606:4700::1111', '2a00:1450::1'],
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '198.18.0.1', '192.0.2.1', '224.0.0.1', '255.255.255.255'],
  ...[
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
  ],
  ...[
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2001::1',
    '3fff::1',
    'localhost',
    '',
    '1.2.3',
  ],
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test('a private address is not connected to, however it is written', async () => {
  const url = await listen((_request, response) => response.end());
  const { port } = new URL(url);
  expect(await call(url)).toEqual({ ok: true, status: 200 });
  for (const host of [
    ...[
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
    ],
    ...['0.0.0.0', '0'],
  ]) {
    const answer = await call(`http://${host}:${port}/`, { allows: isPublicAddress });
    expect(answer, host).toEqual({ ok: false, code: 'address_refused' });
  }
  expect(calls).toBe(1);
});

test('what a name leads to is judged when it is connected to, all of its addresses', async () => {
  const url = await listen((_request, response) => response.end());
  const { port } = new URL(url);
  const seen: string[] = [];
  const allows = (address: string) => {
    seen.push(address);
    return isLoopback(address);
  };
  expect(await call(`http://localhost:${port}`, { allows })).toEqual({ ok: true, status: 200 });
  expect(seen.length).toBeGreaterThan(0);
  expect(await call(`http://localhost:${port}`, { allows: () => false })).toMatchObject({ ok: false });
  expect(calls).toBe(1);
});

test('a redirect is an answer and is not followed', async () => {
  const url = await listen((_request, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  });
  expect(await call(url)).toEqual({ ok: true, status: 302 });
  expect(calls).toBe(1);
});

test('a long answer is cut off and a silent server given up', async () => {
  const url = await listen((request, response) => {
    response.writeHead(200);
    if (request.url === '/silent') return void response.write('.');
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1000)));
    };
    response.on('drain', more);
    more();
  });
  expect(await call(url, { timeoutMs: 30_000 })).toEqual({ ok: true, status: 200 });
  expect(await call(`${url}/silent`, { timeoutMs: 200 })).toEqual({ ok: false, code: 'timeout' });
  expect(await call('http://127.0.0.1:9')).toEqual({ ok: false, code: 'econnrefused' });
});

test('a certificate that nobody vouches for is refused', async () => {
  const url = await listen((_request, response) => response.end());
  const answer = await call(url.replace('http:', 'https:'));
  expect(answer.ok).toBe(false);
  expect(calls).toBe(0);
});
