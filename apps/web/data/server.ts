import { createClient, type Ece, EceError, type entities } from '@ece/sdk';
import { cookies, headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { apiUrl, pagesSecret } from '../settings.ts';

const SESSION_COOKIE = 'ece_session';

/** Milliseconds that a page waits for the API. */
const PATIENCE_MS = 8000;

/** The API as the person sees it who asked for this page: the session cookie goes along. */
export const api = cache(async (): Promise<Ece> => {
  const session = (await cookies()).get(SESSION_COOKIE)?.value;
  const own = await headers();
  const from = own.get('x-forwarded-for');
  return createClient({
    url: apiUrl(),
    timeoutMs: PATIENCE_MS,
    headers: {
      'x-ece-pages': pagesSecret(),
      ...(session && { cookie: `${SESSION_COOKIE}=${session}` }),
      ...(from && { 'x-forwarded-for': from }),
      ...passedOn(own),
    },
  });
});

/** What tells which request of a browser a call is made for. */
const PASSED_ON = ['x-request-id', 'traceparent', 'tracestate'];

function passedOn(own: { get(name: string): string | null }): Record<string, string> {
  return Object.fromEntries(PASSED_ON.flatMap((name) => (own.get(name) ? [[name, own.get(name)!]] : [])));
}

export type Viewer = Awaited<ReturnType<Ece['users']['me']>>;

/** Who is signed in, or nobody. */
export const viewer = cache(async (): Promise<Viewer | undefined> => {
  if (!(await cookies()).has(SESSION_COOKIE)) return undefined;
  try {
    return await (await api()).users.me();
  } catch (error) {
    if (error instanceof EceError && error.code === 'unauthenticated') return undefined;
    throw error;
  }
});

/** The reader's own money; undefined for somebody who is not signed in. */
export const ownWallet = cache(async () => ((await viewer()) ? await (await api()).wallet.get() : undefined));

/** How many notifications the reader has not read. Without an answer there is no number, and the page goes on. */
export async function unreadCount(): Promise<number> {
  try {
    return (await (await api()).notifications.list({ limit: 1 })).unread;
  } catch (error) {
    if (error instanceof EceError) return 0;
    throw error;
  }
}

/** The reader's watch of something; null where there is none, undefined for somebody who is not signed in. */
export async function watchOf(subjectId: string): Promise<string | null | undefined> {
  if (!(await viewer())) return undefined;
  const { items } = await (await api()).notifications.listWatches({ subjectId, limit: 1 });
  return items[0]?.id ?? null;
}

/** The halts of trading in force. Without an answer none is shown, and the page goes on. */
export async function haltsInForce() {
  try {
    return (await (await api()).admin.status()).halts;
  } catch (error) {
    if (error instanceof EceError) return [];
    throw error;
  }
}

/** The answer of a call; where the thing is not there, the page that says so. */
export async function orNotFound<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EceError && ['not_found', 'validation_failed'].includes(error.code)) notFound();
    throw error;
  }
}

/** The element of a list's page. */
export type Item<P extends { items: unknown[] }> = P['items'][number];

export type { entities };
