import { createHash, randomBytes } from 'node:crypto';
import { signAccessToken } from '@ece/platform/http/access-token';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import type { User } from '@ece/users';
import type { AuthContext } from './api.ts';
import { expiryOf, isLive, isTouchDue } from './domain/session.ts';
import * as store from './store.ts';

/** What signing in gives. The token is for the cookie and is kept nowhere. */
export interface NewSession {
  user: User;
  accessToken: string;
  cookieToken: string;
}

/** 32 random bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** The sessions of signed-in people. */
export interface Sessions {
  /** Undefined when the account is gone or not active yet. */
  start(userId: string): Promise<NewSession | undefined>;
  /** A new access token of a session and its person; undefined when either is no longer good. */
  renew(sessionId: string): Promise<{ user: User; accessToken: string } | undefined>;
  principalOf(token: string): Promise<Principal | undefined>;
  /** True while the session lets its owner in. */
  isLive(sessionId: string): Promise<boolean>;
  end(sessionId: string): Promise<void>;
  endAllOf(userId: string): Promise<void>;
}

/** Makes the sessions of the service. A person's role is read whenever it is used, never remembered. */
export function createSessions(context: AuthContext): Sessions {
  const { db, users } = context;

  const accessToken = (user: User, sessionId: string) =>
    signAccessToken(
      context.tokenSecret,
      { accountId: user.id, role: user.role, sessionId },
      context.accessTokenSeconds,
    );

  const live = (session: store.StoredSession | undefined) =>
    session && isLive(session, session.now) ? session : undefined;

  return {
    async start(userId) {
      const sessionId = newId();
      const cookieToken = randomBytes(32).toString('base64url');
      const expiresAt = expiryOf(new Date(), context.sessionDays);
      await store.addSession(db, { id: sessionId, userId, tokenHash: hashOf(cookieToken), expiresAt });
      // Read after the session is there: a change of role that this misses will end the session.
      const [user] = await users.byIds([userId]);
      if (!user) return undefined;
      return { user, cookieToken, accessToken: await accessToken(user, sessionId) };
    },
    async renew(sessionId) {
      const session = live(await store.sessionById(db, sessionId));
      const [user] = session ? await users.byIds([session.userId]) : [];
      return user && { user, accessToken: await accessToken(user, sessionId) };
    },
    async principalOf(token) {
      if (!TOKEN.test(token)) return undefined;
      const session = live(await store.sessionByToken(db, hashOf(token)));
      if (!session) return undefined;
      const [user] = await users.byIds([session.userId]);
      if (!user) return undefined;
      if (isTouchDue(session, session.now)) await store.touchSession(db, session.id);
      return { accountId: user.id, role: user.role, sessionId: session.id };
    },
    isLive: async (sessionId) => live(await store.sessionById(db, sessionId)) !== undefined,
    end: (sessionId) => store.endSession(db, sessionId),
    endAllOf: (userId) => store.endSessionsOf(db, userId),
  };
}
