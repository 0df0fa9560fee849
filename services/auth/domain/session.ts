const DAY_MS = 24 * 60 * 60 * 1000;
const TOUCH_MS = 60_000;

/** When a session was used, ends by itself, and was ended. */
export interface SessionTimes {
  lastSeenAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

/** True while a session lets its owner in: not ended, and before its last moment. */
export function isLive(session: SessionTimes, now: Date): boolean {
  return session.endedAt === null && now.getTime() < session.expiresAt.getTime();
}

/** When a session that begins now ends by itself, however much it is used. */
export function expiryOf(start: Date, days: number): Date {
  return new Date(start.getTime() + days * DAY_MS);
}

/** True when its last use should be noted again: once a minute, so that reading does not become writing. */
export function isTouchDue(session: SessionTimes, now: Date): boolean {
  return now.getTime() - session.lastSeenAt.getTime() >= TOUCH_MS;
}
