import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import type { RoomBids, RoomResult, RoomSpec } from './room.ts';

/*
 * The people in the room of an auction. Watchers and bidders are in one process, so that one clock says when a bid
 * should have been sent and when its event came. Every maximum is higher than all before it.
 */
const FIRST_MAXIMUM = 1_000_001;
/** Sockets that are opened at once: a server has a bounded line of those that knock. */
const AT_ONCE = 50;
const PATIENCE_MS = 10_000;

let room: RoomSpec;
let sent = 0;
/** When the bids that were answered should have been sent, and when their events came, by the bid's id. */
const intended = new Map<string, number>();
const arrivals = new Map<string, number[]>();
let sample = { answer: '', frame: '' };
let lastBid = '';
const keyPrefix = randomBytes(9).toString('base64url');
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

process.on('message', async (message: { spec: RoomSpec } | { bids: RoomBids }) => {
  if ('spec' in message) process.send!(await enter(message.spec));
  else process.send!(await bidAll(message.bids));
});
process.once('disconnect', () => process.exit(0));

async function enter(spec: RoomSpec): Promise<object> {
  room = spec;
  for (let opened = 0; opened < spec.watchers; opened += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, spec.watchers - opened) }, watch));
  }
  return {};
}

/** Opens a socket that follows the auction; settles when the server has said so. */
function watch(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${room.port}/api/v1/realtime`, { perMessageDeflate: false });
  socket.once('open', () =>
    socket.send(JSON.stringify({ subscribe: [{ topic: `auction:${room.auctionId}` }] })),
  );
  socket.once('close', () => {
    throw new Error('the server has closed a socket');
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (bytes: Buffer) => {
      const now = performance.now();
      const text = bytes.toString('latin1');
      const bidId = /"bidId":"([^"]+)"/.exec(text)?.[1];
      if (bidId === undefined) return resolve();
      const times = arrivals.get(bidId);
      if (times) times.push(now);
      else arrivals.set(bidId, [now]);
      if (bidId === lastBid) sample.frame = text;
    });
  });
}

async function bidAll({ perSecond, seconds }: RoomBids): Promise<RoomResult> {
  intended.clear();
  arrivals.clear();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const answers: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
      while (answers.length < Math.min(due, perSecond * seconds)) {
        answers.push(bid(began + (answers.length / perSecond) * 1000));
      }
      if (answers.length < perSecond * seconds) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  await Promise.all(answers);
  await allArrived();
  const { user, system } = process.cpuUsage(cpu);
  const delays = [...intended].flatMap(([bidId, at]) => arrivals.get(bidId)!.map((time) => time - at));
  return {
    ...{ delays, bids: intended.size, sample },
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Sends a bid and remembers when it should have been sent. */
function bid(at: number): Promise<void> {
  const n = sent++;
  const maximum = ((FIRST_MAXIMUM + n) / 1e6).toFixed(6).replace(/0+$/, '');
  const body = `{"maximum":"${maximum}"}`;
  const headers = {
    authorization: `Bearer ${room.people[n % room.people.length]}`,
    'content-type': 'application/json',
    'content-length': body.length,
    'idempotency-key': keyPrefix + n,
  };
  return new Promise((resolve, reject) => {
    const path = `/api/v1/auctions/${room.auctionId}/bids`;
    const call = request({ agent, port: room.port, method: 'POST', path, headers }, (response) => {
      let text = '';
      response.setEncoding('latin1');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        // Two bids may overtake each other on their way; the lower one is then refused.
        if (response.statusCode! >= 500) reject(new Error(`a bid was answered with ${text}`));
        if (response.statusCode! >= 300) return resolve();
        lastBid = /"bidId":"([^"]+)"/.exec(text)![1]!;
        intended.set(lastBid, at);
        sample = { ...sample, answer: text };
        resolve();
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}

async function allArrived(): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const complete = () => [...intended.keys()].every((id) => arrivals.get(id)?.length === room.watchers);
  while (!complete()) {
    if (performance.now() > deadline) throw new Error('events of accepted bids did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
