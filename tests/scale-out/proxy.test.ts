import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ATTACKS, LEGITIMATE } from '../support/firewall-cases.ts';
import { freePort } from '../support/processes.ts';
import { type ProxyServer, send, startProxy } from '../support/proxy.ts';
import { OPERATOR, type ShapedExchange, startShape } from '../support/shape.ts';
import { tell } from '../support/story.ts';

let exchange: ShapedExchange;
let proxy: ProxyServer;
beforeAll(async () => {
  const httpsPort = await freePort();
  exchange = await startShape('one', {
    ECE_PUBLIC_URL: `https://localhost:${httpsPort}`,
    ECE_TRUST_PROXY: 'true',
  });
  proxy = await startProxy({
    gateway: new URL(exchange.url).host.replace('localhost', '127.0.0.1'),
    httpsPort,
  });
}, 240_000);
afterAll(async () => {
  await proxy?.stop();
  await exchange?.stop();
});

test('what people, programs and operators send reaches the exchange', async () => {
  const refused: string[] = [];
  for (const call of LEGITIMATE) {
    const answer = await send(proxy, call);
    if (!answer.fromExchange) refused.push(`${call.about}: ${answer.status} ${answer.text.slice(0, 80)}`);
  }
  expect(refused, proxy.output().slice(-4000)).toEqual([]);
});

test('attacks do not, and are answered as refusals of the exchange are', async () => {
  const passed: string[] = [];
  for (const attack of ATTACKS) {
    const answer = await send(proxy, attack);
    if (answer.fromExchange || answer.status < 400 || answer.status >= 500) {
      passed.push(`${attack.about}: ${answer.status}`);
    }
  }
  expect(passed).toEqual([]);
  const refusal = await send(proxy, ATTACKS[0]!);
  expect(refusal.headers['content-type']).toContain('application/problem+json');
  expect(JSON.parse(refusal.text)).toMatchObject({ status: 403, code: 'forbidden' });
  // A password is nobody's business, the log's least of all.
  expect(proxy.output()).not.toContain("x' or 1=1 --");
});

test('the story holds through it, over TLS', async () => {
  const env = { ...exchange.env, NODE_EXTRA_CA_CERTS: proxy.certificate };
  expect(await tell({ ...exchange, url: proxy.url, env })).toMatch(/The end: \d+ proofs held/);
}, 240_000);

test('it speaks TLS 1.3 alone, and HTTP/2', async () => {
  const { port } = new URL(proxy.url);
  const ca = readFileSync(proxy.certificate);
  const handshake = (maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string>((resolve) => {
      const socket = connectTls(
        { port: Number(port), servername: 'localhost', ca, maxVersion, ALPNProtocols: ['h2'] },
        () => {
          resolve(`${socket.getProtocol()} ${socket.alpnProtocol}`);
          socket.destroy();
        },
      );
      socket.once('error', () => resolve('refused'));
    });
  expect(await handshake('TLSv1.3')).toBe('TLSv1.3 h2');
  expect(await handshake('TLSv1.2')).toBe('refused');
  const session = connectHttp2(proxy.url, { ca });
  const stream = session.request({ ':path': '/health/ready', 'user-agent': 'test', accept: '*/*' });
  const status = await new Promise((resolve) =>
    stream.once('response', (headers) => resolve(headers[':status'])),
  );
  session.destroy();
  expect(status).toBe(200);
});

test('a socket of the feed stays open through it', async () => {
  const socket = new WebSocket(`${proxy.url.replace('https', 'wss')}/api/v1/realtime`, {
    ca: readFileSync(proxy.certificate),
    origin: proxy.url,
    headers: { 'user-agent': 'test' },
  });
  const opened = await new Promise<string>((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('error', (error) => resolve(error.message));
  });
  expect(opened).toBe('open');
  socket.send(JSON.stringify({ subscribe: [{ topic: 'market' }] }));
  const message = await new Promise<string>((resolve) =>
    socket.once('message', (data) => resolve(String(data))),
  );
  expect(JSON.parse(message)).toMatchObject({ subscribed: { topic: 'market' } });
  socket.close();
});

test('content is kept by its name, headers are set once, and nobody forges where they come from', async () => {
  const signedIn = await send(proxy, {
    about: '',
    method: 'POST',
    path: '/api/v1/auth/login',
    body: OPERATOR,
  });
  const { accessToken } = JSON.parse(signedIn.text) as { accessToken: string };
  const png = `iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==`;
  const stored = await send(proxy, {
    about: '',
    method: 'POST',
    path: '/api/v1/content',
    headers: { authorization: `Bearer ${accessToken}` },
    body: { data: png },
  });
  expect(stored.status, stored.text).toBe(201);
  const { cid } = JSON.parse(stored.text) as { cid: string };
  const reads = [];
  for (let i = 0; i < 3; i++) reads.push(await send(proxy, { about: '', path: `/content/${cid}` }));
  expect(reads.map(({ headers }) => headers['x-cache'])).toEqual(['MISS', 'HIT', 'HIT']);
  expect(reads[2]!.headers['x-content-type-options']).toBe('nosniff');
  const page = await send(proxy, { about: '', path: '/docs' });
  expect(page.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  expect(String(page.headers['content-security-policy']).split('default-src')).toHaveLength(2);
  const plain = await fetch(`${proxy.plainUrl}/cards?q=1`, { redirect: 'manual' });
  expect([plain.status, plain.headers.get('location')]).toEqual([308, 'https://localhost/cards?q=1']);
});

test('a flood from one address is held back', async () => {
  const httpsPort = await freePort();
  const settings = { ECE_NGINX_SIGN_INS_PER_SECOND: '1' };
  const strict = await startProxy({
    gateway: new URL(exchange.url).host.replace('localhost', '127.0.0.1'),
    httpsPort,
    settings,
  });
  try {
    const login = {
      about: '',
      method: 'POST',
      path: '/api/v1/auth/login',
      body: { email: 'a@b.example', password: 'x' },
    };
    const answers = await Promise.all(Array.from({ length: 90 }, () => send(strict, login)));
    const held = answers.filter(({ status, fromExchange }) => status === 429 && !fromExchange);
    expect(held.length).toBeGreaterThan(20);
    expect(JSON.parse(held[0]!.text)).toMatchObject({ code: 'too_many_requests' });
    expect(held[0]!.headers['retry-after']).toBe('1');
  } finally {
    await strict.stop();
  }
});
