import { jwtVerify, SignJWT } from 'jose';
import type { Principal } from './principal.ts';

const ISSUER = 'ece';
const AUDIENCE = 'ece-api';
/** Says what the token is, so that a JWT made for something else is never taken for one (RFC 9068). */
const TYPE = 'at+jwt';
/** Seconds by which the clocks of two processes may differ. */
const CLOCK_TOLERANCE = 5;

/** Bytes that a secret needs at the least: the output of its hash (RFC 7518, 3.2). */
const SECRET_BYTES = 32;

/**
 * Signs an access token (JWT, HS256) that says who makes a call.
 * @param secret 32 bytes or more, the same in every process of the exchange
 * @param seconds how long the token is good
 */
export function signAccessToken(secret: Uint8Array, principal: Principal, seconds: number): Promise<string> {
  if (secret.length < SECRET_BYTES) throw new Error(`the token secret needs ${SECRET_BYTES} bytes`);
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role: principal.role, sid: principal.sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(principal.accountId)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(secret);
}

/** Who a token stands for, and until when. */
interface Known {
  principal: Principal;
  /** Unix milliseconds from which on it is expired. */
  expiresAt: number;
}

/** Tokens of one secret that are remembered; the one that was remembered first is forgotten first. */
const MOST_REMEMBERED = 10_000;

/** Good tokens by secret, so that none is ever taken for that of another installation. */
const remembered = new WeakMap<Uint8Array, Map<string, Known>>();

/** Who an access token stands for; undefined when it is forged, expired or not one of ours. */
export async function verifyAccessToken(secret: Uint8Array, token: string): Promise<Principal | undefined> {
  return (await readAccessToken(secret, token))?.principal;
}

/**
 * Who a token stands for that was found good before and has not expired since, at once; undefined where that must
 * be found out by `verifyAccessToken`.
 */
export function rememberedPrincipal(secret: Uint8Array, token: string): Principal | undefined {
  const known = remembered.get(secret)?.get(token);
  return known && Date.now() < known.expiresAt ? known.principal : undefined;
}

/**
 * Who an access token stands for, and until when; undefined when it is forged, expired or not one of ours. What
 * a good token says never changes, so its signature is checked once and only its end every time.
 */
export async function readAccessToken(secret: Uint8Array, token: string): Promise<Known | undefined> {
  const known = remembered.get(secret)?.get(token);
  if (known) return Date.now() < known.expiresAt ? known : undefined;
  const found = await checkSignature(secret, token);
  if (found) remember(secret, token, found);
  return found;
}

function remember(secret: Uint8Array, token: string, known: Known): void {
  let tokens = remembered.get(secret);
  if (!tokens) {
    tokens = new Map();
    remembered.set(secret, tokens);
  }
  if (tokens.size >= MOST_REMEMBERED) tokens.delete(tokens.keys().next().value!);
  tokens.set(token, known);
}

async function checkSignature(secret: Uint8Array, token: string): Promise<Known | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'exp', 'role', 'sid'],
      clockTolerance: CLOCK_TOLERANCE,
    });
    const { sub, role, sid, exp } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || !isRole(role)) return undefined;
    const principal = Object.freeze({ accountId: sub, role, sessionId: sid });
    return { principal, expiresAt: (exp! + CLOCK_TOLERANCE) * 1000 };
  } catch (error) {
    if (isRefusedToken(error)) return undefined;
    throw error;
  }
}

function isRole(value: unknown): value is Principal['role'] {
  return value === 'collector' || value === 'moderator' || value === 'admin';
}

/** jose's own errors carry a code that begins with ERR_J; anything else is a bug of ours. */
function isRefusedToken(error: unknown): boolean {
  return String((error as { code?: unknown })?.code ?? '').startsWith('ERR_J');
}
