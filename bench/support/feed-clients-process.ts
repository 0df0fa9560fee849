import { connect, type Socket } from 'node:net';
import type { ClientsAnswer, ClientsOrder } from './feed.ts';

/*
 * Clients of a feed: many sockets that speak just enough of the WebSocket protocol to count what they get, so
 * that they leave the machine to the server.
 */
interface Client {
  socket: Socket;
  open: boolean;
  /** What has come and is no whole frame yet. */
  rest: Buffer;
  frames: number;
  /** The last number seen; undefined while numbers are not looked at. */
  last: number | undefined;
  stalled: boolean;
}

let clients: Client[] = [];
let gaps = 0;
let latencies: number[] = [];
/** Looks at numbers and times of every so many clients; 0 for none. */
let lookAtEvery = 0;
let wake: (() => void) | undefined;

function receive(client: Client, index: number, chunk: Buffer): void {
  let bytes = client.rest.length > 0 ? Buffer.concat([client.rest, chunk]) : chunk;
  if (!client.open) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end >= 0) {
      if (!bytes.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) throw new Error(bytes.toString());
      client.open = true;
      bytes = bytes.subarray(end + 4);
    }
  }
  let at = 0;
  while (client.open && bytes.length - at >= 2) {
    const short = bytes[at + 1]!;
    const start = at + (short < 126 ? 2 : 4);
    if (bytes.length < start) break;
    const end = start + (short < 126 ? short : bytes.readUInt16BE(at + 2));
    if (bytes.length < end) break;
    if (bytes[at] === 0x81) {
      client.frames++;
      if (lookAtEvery > 0 && index % lookAtEvery === 0) look(client, bytes.toString('latin1', start, end));
    } else if (bytes[at] === 0x89) {
      client.socket.write(PONG);
    }
    at = end;
  }
  client.rest = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at));
  wake?.();
}

const EMPTY = Buffer.alloc(0);

/** The answer to a ping: without it the server takes a client for gone. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

function look(client: Client, text: string): void {
  const sequence = Number(/"sequence":(\d+)/.exec(text)?.[1]);
  if (client.last !== undefined && !text.startsWith('{"subscribed"') && sequence !== client.last + 1) gaps++;
  client.last = sequence;
  const sentAt = /"sentAt":([\d.]+)/.exec(text)?.[1];
  if (sentAt) latencies.push(performance.timeOrigin + performance.now() - Number(sentAt));
}

function openClient(port: number, hello: string | undefined, index: number): Client {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const client: Client = { socket, open: false, rest: EMPTY, frames: 0, last: undefined, stalled: false };
  socket.write(
    'GET /api/v1/realtime HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  if (hello !== undefined) socket.write(masked(hello));
  socket.on('data', (chunk) => receive(client, index, chunk as Buffer));
  socket.on('error', () => {});
  socket.on('close', () => {
    if (clients.includes(client)) throw new Error('the server has closed a socket');
  });
  return client;
}

/** A short text as a frame of a client, masked with zeros (RFC 6455, 5.3). */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  if (body.length > 125) throw new Error('too long');
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** Sockets that are opened at once: a server has a bounded line of those that knock. */
const AT_ONCE = 200;

async function obey(order: ClientsOrder): Promise<ClientsAnswer> {
  if (order.do === 'open') {
    clients = [];
    for (let from = 0; from < order.count; from += AT_ONCE) {
      const part = Array.from({ length: Math.min(AT_ONCE, order.count - from) }, (_, i) =>
        openClient(order.port, order.hello, from + i),
      );
      clients = clients.concat(part);
      const wanted = order.frames ?? 0;
      await until(() => part.every((client) => client.open && client.frames >= wanted));
    }
  } else if (order.do === 'reset') {
    gaps = 0;
    latencies = [];
    lookAtEvery = order.lookAtEvery;
    for (const client of clients) Object.assign(client, { frames: 0, last: undefined });
  } else if (order.do === 'await') {
    await until(() => clients.every((client) => client.stalled || client.frames >= order.frames));
  } else if (order.do === 'stall') {
    clients.forEach((client, i) => {
      client.stalled = i % order.every === order.every - 1;
      if (!client.stalled) return;
      client.socket.write(masked(order.say));
      client.socket.pause();
    });
  } else if (order.do === 'go') {
    for (const client of clients) {
      client.stalled = false;
      client.socket.resume();
    }
  } else {
    const open = clients;
    clients = [];
    for (const client of open) client.socket.destroy();
  }
  return { gaps, latencies };
}

process.on('message', async (order: ClientsOrder) => process.send!(await obey(order)));
process.once('disconnect', () => process.exit(0));
process.send!({});
