import { notFound } from 'next/navigation';
import { signedIn } from '../../data/signed-in.ts';

/**
 * Who works here; for others the page is not there.
 * @param path the page's own
 * @param least the role that it takes
 */
export async function staff(path: string, least: 'moderator' | 'admin' = 'admin') {
  const me = await signedIn(path);
  if (me.role === 'collector' || (least === 'admin' && me.role !== 'admin')) notFound();
  return me;
}
