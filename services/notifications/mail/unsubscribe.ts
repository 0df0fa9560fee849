import { createHmac, timingSafeEqual } from 'node:crypto';
import { type NotificationType, notificationTypes } from '@ece/contract';

/** Whose mails of which kind a link ends. */
export interface Subscription {
  accountId: string;
  type: NotificationType;
}

function signatureOf(secret: Uint8Array, subject: string): Buffer {
  return createHmac('sha256', secret).update(`unsubscribe ${subject}`).digest();
}

/** A token that ends the mails of one kind to one account, and can do nothing else. It does not expire. */
export function unsubscribeToken(secret: Uint8Array, { accountId, type }: Subscription): string {
  const subject = `${accountId}.${type}`;
  return `${subject}.${signatureOf(secret, subject).toString('base64url')}`;
}

/** What a token ends; undefined when it is not one of ours. */
export function readUnsubscribeToken(secret: Uint8Array, token: string): Subscription | undefined {
  const [accountId, type, signature] = token.split('.');
  if (!accountId || !type || !signature) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(secret, `${accountId}.${type}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const known = notificationTypes.find((one) => one === type);
  return known && { accountId, type: known };
}
