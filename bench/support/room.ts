import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** People in the room of an auction: some watch it, some bid. */
export interface RoomSpec {
  port: number;
  auctionId: string;
  /** Access tokens of those who bid, used in turn. */
  people: string[];
  /** Sockets that follow the auction. */
  watchers: number;
}

/** Bids at an even pace, whether earlier ones were answered or not. */
export interface RoomBids {
  perSecond: number;
  seconds: number;
}

export interface RoomResult {
  /** Milliseconds from when a bid should have been sent to its event at a watcher's socket, of every delivery. */
  delays: number[];
  /** Bids that were accepted. */
  bids: number;
  /** CPU seconds of the room itself. */
  cpuSeconds: number;
  seconds: number;
  /** The answer to the last bid, and the frame that told of it. */
  sample: RoomSample;
}

export interface RoomSample {
  answer: string;
  frame: string;
}

/** A room whose people are a process of their own. */
export interface Room {
  bid(bids: RoomBids): Promise<RoomResult>;
  stop(): void;
}

/** Opens the watchers' sockets, which follow the auction when this settles. */
export async function openRoom(spec: RoomSpec): Promise<Room> {
  const child = start('./room-process.ts');
  const bid = async (message: { spec: RoomSpec } | { bids: RoomBids }) => {
    child.send(message);
    return (await child.answer()) as RoomResult;
  };
  await bid({ spec });
  return { bid: (bids) => bid({ bids }), stop: () => child.stop() };
}

/** The same path without a database: node:http that answers a bid, and tells the watchers by `ws`. */
export async function startBareRoom(sample: RoomSample): Promise<{ port: number; stop(): void }> {
  const child = start('./bare-room-process.ts');
  child.send(sample);
  const { port } = (await child.answer()) as { port: number };
  return { port, stop: () => child.stop() };
}

function start(name: string) {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), { stdio: 'inherit' });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
  });
  ended.catch(() => {});
  return {
    send: (message: object) => child.send(message),
    answer: async () => (await Promise.race([once(child, 'message'), ended]))[0] as unknown,
    stop: () => child.kill(),
  };
}
