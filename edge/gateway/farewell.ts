import { Transform, type TransformCallback } from 'node:stream';

const FIN = 0x80;
const OPCODE = 0x0f;
/** Opcodes from here on are control frames, which may stand between the parts of a message (RFC 6455, 5.4). */
const FIRST_CONTROL = 8;

/**
 * Passes the frames of a WebSocket server on as they come, and can end them with words of its own: after a whole
 * message, as a frame cannot begin within another one (RFC 6455, 5.2). Frames of servers are not masked.
 */
export class Farewell extends Transform {
  /** Bytes of the present frame's head that have come; empty between frames. */
  #head: number[] = [];
  /** Bytes of the present frame's payload that are still to come. */
  #left = 0n;
  #inMessage = false;
  #words: Buffer | undefined;
  #ended = false;

  /** Ends the stream with these bytes once the present message is whole; what comes after is dropped. */
  say(words: Buffer): void {
    this.#words ??= words;
    if (this.#isBetween) this.#finish();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#ended) {
      done();
      return;
    }
    let at = 0;
    while (at < chunk.length) {
      at = this.#advance(chunk, at);
      if (!this.#words || !this.#isBetween) continue;
      this.push(chunk.subarray(0, at));
      this.#finish();
      done();
      return;
    }
    done(null, chunk);
  }

  get #isBetween(): boolean {
    return this.#head.length === 0 && this.#left === 0n && !this.#inMessage;
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.push(this.#words);
    this.push(null);
  }

  /** Reads on from a place in the chunk; gives the place behind what it has read. */
  #advance(chunk: Buffer, at: number): number {
    if (this.#left > 0n) {
      const here = BigInt(chunk.length - at);
      const taken = here < this.#left ? here : this.#left;
      this.#left -= taken;
      return at + Number(taken);
    }
    this.#head.push(chunk[at]!);
    const length = lengthOf(this.#head);
    if (length !== undefined) {
      const first = this.#head[0]!;
      if ((first & OPCODE) < FIRST_CONTROL) this.#inMessage = (first & FIN) === 0;
      this.#left = length;
      this.#head = [];
    }
    return at + 1;
  }
}

/** The payload's length once the whole head of a frame is there (RFC 6455, 5.2). */
function lengthOf(head: number[]): bigint | undefined {
  if (head.length < 2) return undefined;
  const short = head[1]! & 0x7f;
  const size = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (head.length < 2 + size) return undefined;
  if (size === 0) return BigInt(short);
  return head.slice(2).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
