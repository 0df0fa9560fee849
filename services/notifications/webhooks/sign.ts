import { createHmac } from 'node:crypto';

/** A webhook's secret as its owner gets it: `whsec_` and 32 bytes in base64 (Standard Webhooks). */
export function webhookSecret(key: Uint8Array, webhookId: string, generation: number): string {
  const bytes = createHmac('sha256', key).update(`webhook ${webhookId} ${generation}`).digest();
  return `whsec_${bytes.toString('base64')}`;
}

/**
 * The headers of a message by the Standard Webhooks specification.
 * @param secrets those that are good now; each makes a signature
 * @param at Unix seconds
 */
export function signedHeaders(secrets: string[], id: string, at: number, body: string) {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': signatures.join(' '),
  };
}
