import type { EventTypes } from '@ece/contract';

/** The headers of a message, as `Headers` or as Node gives them. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/** An event as a webhook brings it. `id` is the same each time that it is sent. */
export interface WebhookEvent {
  id: string;
  type: keyof EventTypes | 'webhook.test';
  timestamp: string;
  topic: string;
  sequence: number;
  data: Record<string, unknown>;
}

/** A message that is not what a webhook of the exchange sends: do not act on it. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

export interface VerifyOptions {
  /** Seconds that a message may be old, or ahead of the clock here; five minutes where it is absent. */
  toleranceSeconds?: number;
  /** Unix seconds now; the clock's where it is absent. */
  now?: number;
}

/**
 * Checks that a message comes from the exchange, unchanged and lately (Standard Webhooks). One good signature
 * of several is enough, so a message is good with the old and with the new secret while one takes over from
 * the other. The comparison takes the same time wherever signatures differ.
 * @param secret `whsec_…`
 * @param body as it came, byte for byte: not parsed and written again
 * @returns the event
 * @throws WebhookError when the message is not good
 */
export async function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string | Uint8Array,
  options: VerifyOptions = {},
): Promise<WebhookEvent> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError('the timestamp is not a number of seconds');
  const age = (options.now ?? Date.now() / 1000) - Number(timestamp);
  if (Math.abs(age) > (options.toleranceSeconds ?? 300)) throw new WebhookError('the message is not of now');
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const key = await keyOf(secret);
  let good = false;
  for (const each of signatures.split(' ').slice(0, 20)) {
    const [version, encoded] = each.split(',');
    const signature = version === 'v1' && encoded ? decodeBase64(encoded) : undefined;
    if (signature && (await crypto.subtle.verify('HMAC', key, signature, signed))) good = true;
  }
  if (!good) throw new WebhookError('no signature fits');
  const event = JSON.parse(new TextDecoder().decode(bytes)) as Omit<WebhookEvent, 'id'>;
  return { ...event, id };
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : named(headers, name);
  if (typeof value !== 'string' || value === '') throw new WebhookError(`the header ${name} is missing`);
  return value;
}

function named(headers: Record<string, string | string[] | undefined>, name: string) {
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return found === undefined ? undefined : headers[found];
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ''));
  if (!bytes || bytes.length === 0) throw new WebhookError('the secret is not one of a webhook');
  return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
