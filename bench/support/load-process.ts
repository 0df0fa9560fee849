import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { cpuUsage } from 'node:process';
import type { LoadResult, LoadSpec, Target } from './load.ts';

/*
 * The load generator: a process that does nothing but send bids over keep-alive connections and look at the
 * answers. It writes requests as bytes and reads no more of an answer than it needs, so that it leaves the
 * machine to the server. Every maximum is higher than all before it: a bid is refused only where two overtake
 * each other on their way.
 */
interface Connection {
  socket: Socket;
  received: string;
  /** When the bid that it waits for should have been sent; 0 while it is free. */
  intended: number;
}

let target: Target;
let sent = 0;
/** Micro-USDC above the starting price, ever rising. */
const FIRST_MAXIMUM = 1_000_001;
const keyPrefix = randomBytes(9).toString('base64url');

process.on('message', async (message: { target: Target } | { load: LoadSpec }) => {
  if ('target' in message) target = message.target;
  else process.send!(await run(message.load));
});
process.once('disconnect', () => process.exit(0));

function nextBid(spec: LoadSpec): string {
  const n = sent++;
  const { people, auctions } = target;
  const token = people[n % people.length]!;
  const auction = auctions[spec.auctions.from + Math.floor(Math.random() * spec.auctions.count)]!;
  const micros = FIRST_MAXIMUM + n;
  const body = `{"maximum":"${Math.floor(micros / 1e6)}.${
    String(micros % 1e6)
      .padStart(6, '0')
      .replace(/0+$/, '') || '0'
  }"}`;
  return `POST /api/v1/auctions/${auction}/bids HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\nidempotency-key: ${keyPrefix}${n}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

async function run(spec: LoadSpec): Promise<LoadResult> {
  const idle: Connection[] = [];
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const result: LoadResult = {
    seconds: 0,
    accepted: 0,
    answers: {},
    unsent: 0,
    latencies: [],
    cpuSeconds: 0,
  };
  /** Open loop: when bids should have been sent that wait for a free connection. */
  const due: number[] = [];
  let open = 0;
  let deadline = Number.POSITIVE_INFINITY;

  const send = (connection: Connection, intended: number) => {
    connection.intended = intended;
    open++;
    connection.socket.write(nextBid(spec), 'latin1');
  };
  const onAnswer = (connection: Connection, status: number, retryAfter: number) => {
    const now = performance.now();
    result.answers[status] = (result.answers[status] ?? 0) + 1;
    if (status >= 200 && status < 300) {
      result.accepted++;
      result.latencies.push(now - connection.intended);
    }
    open--;
    if (now >= deadline) {
      if (open === 0) finish();
    } else if (retryAfter > 0) {
      // Told to come back later: whoever bids here does something else meanwhile.
      setTimeout(() => goOn(connection), retryAfter * 1000).unref();
    } else goOn(connection);
  };
  const goOn = (connection: Connection) => {
    const now = performance.now();
    if (now >= deadline) return;
    if (spec.perSecond === undefined) {
      send(connection, now);
    } else {
      const waiting = due.shift();
      if (waiting === undefined) idle.push(connection);
      else send(connection, waiting);
    }
  };
  const connections = await Promise.all(
    Array.from({ length: spec.connections }, () => openConnection(target.port, onAnswer)),
  );
  const cpu = cpuUsage();
  const began = performance.now();
  deadline = began + spec.seconds * 1000;
  if (spec.perSecond === undefined) {
    for (const connection of connections) send(connection, began);
    setTimeout(() => open === 0 && finish(), spec.seconds * 1000 + 1);
  } else {
    idle.push(...connections);
    pace(
      began,
      deadline,
      spec.perSecond,
      (intended) => {
        const connection = idle.pop();
        if (connection) send(connection, intended);
        // Somebody who waits this long has gone: a list without an end would measure this process.
        else if (due.length < spec.connections * 4) due.push(intended);
        else result.unsent++;
      },
      () => {
        result.unsent += due.length;
        due.length = 0;
        if (open === 0) finish();
      },
    );
  }
  await finished;
  const { user, system } = cpuUsage(cpu);
  for (const { socket } of connections) socket.destroy();
  return { ...result, seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** Calls `fire` with the intended times of evenly spaced events until the deadline, then `end`. */
function pace(
  began: number,
  deadline: number,
  perSecond: number,
  fire: (intended: number) => void,
  end: () => void,
): void {
  let fired = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const until = Math.floor(((Math.min(now, deadline) - began) / 1000) * perSecond);
    for (; fired < until; fired++) fire(began + (fired / perSecond) * 1000);
    if (now < deadline) return;
    clearInterval(timer);
    end();
  }, 1);
}

function openConnection(
  port: number,
  onAnswer: (connection: Connection, status: number, retryAfter: number) => void,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { socket, received: '', intended: 0 };
    socket.setEncoding('latin1');
    socket.once('connect', () => resolve(connection));
    socket.on('error', reject);
    socket.on('data', (chunk: string) => {
      connection.received += chunk;
      for (;;) {
        const end = connection.received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = connection.received.slice(0, end);
        const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
        if (length === undefined) throw new Error('the answer has no length');
        const total = end + 4 + Number(length);
        if (connection.received.length < total) return;
        const status = Number(connection.received.slice(9, 12));
        connection.received = connection.received.slice(total);
        onAnswer(connection, status, Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 0));
      }
    });
  });
}
