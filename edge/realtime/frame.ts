import type { StoredEvent } from '@ece/platform/outbox/publish';

/** First byte of a WebSocket frame: a whole text message, a ping (RFC 6455, 5.2). */
const TEXT = 0x81;
const PING = 0x89;

const CLOSE = 0x88;

/** An empty ping, ready for the wire. */
export const PING_FRAME = Buffer.from([PING, 0]);

/**
 * An event as the bytes that go over the wire: a WebSocket text frame with its JSON. A server does not mask its
 * frames, so the same bytes serve every socket.
 */
export function toFrame(event: StoredEvent): Buffer {
  return textFrame(
    JSON.stringify({
      topic: event.topic,
      sequence: Number(event.sequence),
      type: event.type,
      data: event.data,
      at: event.at.toISOString(),
    }),
  );
}

/** A text as an unmasked WebSocket frame (RFC 6455, 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = TEXT;
  if (start === 2) {
    frame[1] = length;
  } else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start);
  return frame;
}

/** The frame that closes a socket with a code and a reason of 100 bytes at the most (RFC 6455, 5.5.1). */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason);
  const frame = Buffer.concat([Buffer.from([CLOSE, 2 + text.length, 0, 0]), text]);
  frame.writeUInt16BE(code, 2);
  return frame;
}
