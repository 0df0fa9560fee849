import { randomBytes } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { newId } from '../ids/index.ts';
import { signAccessToken, verifyAccessToken } from './access-token.ts';
import type { Principal } from './principal.ts';

/** Long enough for HS512 too, so that only the algorithm's name can refuse it. */
const secret = randomBytes(64);
const principal: Principal = { accountId: newId(), role: 'moderator', sessionId: newId() };

afterEach(() => {
  vi.useRealTimers();
});

test('a token gives back who it was made for', async () => {
  const token = await signAccessToken(secret, principal, 600);
  expect(await verifyAccessToken(secret, token)).toEqual(principal);
});

test('a token ends', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const token = await signAccessToken(secret, principal, 600);
  vi.advanceTimersByTime(599_000);
  expect(await verifyAccessToken(secret, token)).toEqual(principal);
  vi.advanceTimersByTime(10_000);
  expect(await verifyAccessToken(secret, token)).toBeUndefined();
});

test('a token that was good is checked by the same rules again', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
  const token = await signAccessToken(secret, principal, 600);
  const seen = await verifyAccessToken(secret, token);
  expect(await verifyAccessToken(secret, token)).toBe(seen);
  // Another secret does not profit from it, nor does a token that differs at all.
  expect(await verifyAccessToken(randomBytes(64), token)).toBeUndefined();
  expect(await verifyAccessToken(secret, `${token}A`)).toBeUndefined();
  expect(() => Object.assign(seen!, { role: 'admin' })).toThrow();
  // Its end comes at the same moment for one that is remembered and for one that is not.
  vi.advanceTimersByTime(604_999);
  const fresh = Uint8Array.from(secret);
  expect([await verifyAccessToken(secret, token), await verifyAccessToken(fresh, token)]).toEqual([
    principal,
    principal,
  ]);
  vi.advanceTimersByTime(1001);
  expect([await verifyAccessToken(secret, token), await verifyAccessToken(fresh, token)]).toEqual([
    undefined,
    undefined,
  ]);
});

test('a token of another secret, a changed one and no token at all are refused', async () => {
  const token = await signAccessToken(secret, principal, 600);
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const promoted = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
  const foreign = await signAccessToken(randomBytes(32), principal, 600);
  const unsigned = new UnsecuredJWT(claims).encode();
  for (const bad of [
    foreign,
    `${header}.${promoted}.${signature}`,
    unsigned,
    '',
    'x',
    'a.b.c',
    `${token}.`,
  ]) {
    expect(await verifyAccessToken(secret, bad), bad).toBeUndefined();
  }
});

test('a JWT with our signature and another purpose is refused', async () => {
  const base = () =>
    new SignJWT({ role: 'admin', sid: newId() })
      .setSubject(newId())
      .setIssuer('ece')
      .setAudience('ece-api')
      .setExpirationTime('10m');
  const good = base().setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' });
  expect(await verifyAccessToken(secret, await good.sign(secret))).toBeDefined();
  const others = [
    base().setProtectedHeader({ alg: 'HS256' }),
    base().setProtectedHeader({ alg: 'HS512', typ: 'at+jwt' }),
    base().setAudience('mail').setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }),
    base().setIssuer('other').setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }),
    new SignJWT({ role: 'owner', sid: newId() })
      .setSubject(newId())
      .setIssuer('ece')
      .setAudience('ece-api')
      .setExpirationTime('10m')
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }),
  ];
  for (const [index, jwt] of others.entries()) {
    expect(await verifyAccessToken(secret, await jwt.sign(secret)), `case ${index}`).toBeUndefined();
  }
});

test('a short secret signs nothing', () => {
  expect(() => signAccessToken(randomBytes(16), principal, 600)).toThrow('32 bytes');
});
