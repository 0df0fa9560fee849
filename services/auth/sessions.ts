import { createHash, randomBytes } from 'node:crypto';
import type { EventTypes } from '@ece/contract';
import { atomically, type Tx } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import type { User } from '@ece/users';
import type { AuthContext } from './api.ts';
import { MOST_AGENT } from './device.ts';
import { expiryOf, isLive, isTouchDue } from './domain/session.ts';
import * as store from './store.ts';

/** What signing in gives. The token is for the cookie and is kept nowhere. */
export interface NewSession {
  user: User;
  accessToken: string;
  cookieToken: string;
}

/** What somebody signs in with, and from where. */
export interface SignInOrigin {
  /** The User-Agent header, empty where there is none. */
  userAgent: string;
  address: string;
}

/** 32 random bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The most sessions that one event names. */
const IN_EVENT = 1000;

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** The sessions of signed-in people. */
export interface Sessions {
  /** Undefined when the account is gone or not active yet. */
  start(userId: string, origin: SignInOrigin): Promise<NewSession | undefined>;
  /** A new access token of a session and its person; undefined when either is no longer good. */
  renew(sessionId: string): Promise<{ user: User; accessToken: string } | undefined>;
  principalOf(token: string): Promise<Principal | undefined>;
  /** True while the session lets its owner in. */
  isLive(sessionId: string): Promise<boolean>;
  /** Ends a session of a person. One that is over, or somebody else's, stays as it is. */
  end(userId: string, sessionId: string): Promise<void>;
  /** Ends all sessions of a person, but one where that is given; gives how many. */
  endAllOf(userId: string, except?: string): Promise<number>;
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

  /** Ends sessions and tells of them in one transaction, so that open sockets can be closed. Gives how many. */
  async function ending(userId: string, work: (tx: Tx) => Promise<string[]>): Promise<number> {
    const ended = await atomically(db, async (tx) => {
      const sessionIds = await work(tx);
      for (let at = 0; at < sessionIds.length; at += IN_EVENT) {
        const data: EventTypes['session.ended'] = { sessionIds: sessionIds.slice(at, at + IN_EVENT) };
        await publish(tx, [{ topic: `user:${userId}`, type: 'session.ended', data: { ...data } }]);
      }
      return sessionIds.length;
    });
    if (ended > 0) context.hint();
    return ended;
  }

  return {
    async start(userId, { userAgent, address }) {
      const sessionId = newId();
      const cookieToken = randomBytes(32).toString('base64url');
      const expiresAt = expiryOf(new Date(), context.sessionDays);
      await store.addSession(db, {
        ...{ id: sessionId, userId, expiresAt, address },
        tokenHash: hashOf(cookieToken),
        userAgent: userAgent.slice(0, MOST_AGENT),
      });
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
    end: async (userId, sessionId) => {
      await ending(userId, (tx) => store.endSession(tx, userId, sessionId));
    },
    endAllOf: (userId, except) => ending(userId, (tx) => store.endSessionsOf(tx, userId, except)),
  };
}
