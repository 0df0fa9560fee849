import { redirect } from 'next/navigation';
import { type Viewer, viewer } from './server.ts';

/**
 * Who is signed in; others are asked to do so and come back.
 * @param path the page's own
 */
export async function signedIn(path: string): Promise<Viewer> {
  const me = await viewer();
  if (!me) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return me;
}
