import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Principal } from '@ece/platform/http/principal';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import type { Redis } from '@ece/platform/redis/redis';
import { EndedSessions } from '../realtime/ended-sessions.ts';
import type { SessionReader } from '../session.ts';

/** Milliseconds for which a gateway believes what another one, or itself, has found out about a cookie. */
const BELIEVED_MS = 3_000;

export interface SharedSessionsOptions {
  redis: Redis;
  /** Asks the service that knows. */
  read: SessionReader;
  /** Known to the exchange's processes alone: with it they tell their own notes from others'. */
  secret: Uint8Array;
  /** Hands on every event of the exchange. */
  listen(listener: (events: OrderedEvent[]) => void): void;
}

/**
 * Who a session's cookie belongs to, found out once in three seconds by all gateways together. A session that has ended
 * is forgotten when the event says so; where that is late, or Redis has an old note, after those three seconds. What is
 * in Redis is bound to the cookie, which it does not name, and signed: who can write there cannot become somebody else.
 */
export function shareSessions({ redis, read, secret, listen }: SharedSessionsOptions): SessionReader {
  const ended = new EndedSessions();
  listen((events) => void ended.learn(events));
  const sign = (subject: string, note: string) =>
    createHmac('sha256', secret).update(`session note\n${subject}\n${note}`).digest();

  return async (cookie) => {
    const subject = createHash('sha256').update(cookie).digest('base64url');
    const key = `ece:session:${subject}`;
    const kept = await redis.recall(key);
    const known = kept && readNote(kept.text, (note) => sign(subject, note));
    if (known && !ended.has(known.sessionId)) return known;
    const principal = await read(cookie);
    if (principal && !ended.has(principal.sessionId)) {
      const note = JSON.stringify({ principal, until: Date.now() + BELIEVED_MS });
      redis.keep(key, `${sign(subject, note).toString('base64url')}.${note}`, BELIEVED_MS);
    }
    return principal;
  };
}

function readNote(text: string, sign: (note: string) => Buffer): Principal | undefined {
  const end = text.indexOf('.');
  const note = text.slice(end + 1);
  const [given, expected] = [Buffer.from(text.slice(0, Math.max(0, end)), 'base64url'), sign(note)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { principal, until } = JSON.parse(note) as { principal: Principal; until: number };
  return Date.now() < until ? principal : undefined;
}
