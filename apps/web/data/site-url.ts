import { headers } from 'next/headers';

/** The address of the site as the reader sees it, which the gateway tells. */
export async function siteUrl(): Promise<string> {
  const all = await headers();
  const host = all.get('x-forwarded-host') ?? all.get('host') ?? 'localhost';
  return `${all.get('x-forwarded-proto') === 'https' ? 'https' : 'http'}://${host}`;
}
