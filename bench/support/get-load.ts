import { connect, type Socket } from 'node:net';

/** What a number of calls came to. */
export interface GetResult {
  /** Answers by status. */
  answers: Record<number, number>;
  seconds: number;
}

/** A call as it is sent: a path of this machine, with further headers. */
export interface Get {
  port: number;
  path: string;
  headers?: Record<string, string>;
}

/**
 * Asks for one address again and again over keep-alive connections, each of which waits for its answer, and reads
 * no more of it than its length.
 */
export async function getMany(
  { port, path, headers = {} }: Get,
  { connections, requests }: { connections: number; requests: number },
): Promise<GetResult> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n`);
  const answers: Record<number, number> = {};
  let left = requests;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, () =>
      oneByOne(port, request, (status) => {
        if (status !== undefined) answers[status] = (answers[status] ?? 0) + 1;
        return left-- > 0;
      }),
    ),
  );
  return { answers, seconds: (performance.now() - began) / 1000 };
}

/** Sends the request, and again after each answer, for as long as `next` wants one more. */
function oneByOne(
  port: number,
  request: Buffer,
  next: (status: number | undefined) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    /** Bytes of the present answer that are still to come; its head is not read yet where undefined. */
    let missing: number | undefined;
    let head = '';
    let status = 0;
    const send = (answered: number | undefined) => {
      if (next(answered)) socket.write(request);
      else socket.end(() => resolve());
    };
    socket.once('connect', () => send(undefined));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      let body = chunk.length;
      if (missing === undefined) {
        const before = head.length;
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, end))?.[1];
        if (length === undefined) return reject(new Error('the answer has no length'));
        status = Number(head.slice(9, 12));
        missing = Number(length);
        body = before + chunk.length - (end + 4);
        head = '';
      }
      missing -= body;
      if (missing > 0) return;
      missing = undefined;
      send(status);
    });
  });
}
