import type { ReactNode } from 'react';
import type { PageProps } from '../../../data/page.ts';
import { personOf } from '../../../data/things.ts';

interface LayoutProps extends Pick<PageProps<'handle'>, 'params'> {
  children: ReactNode;
}

/** Asks for a person before the screen is on its way: one that is not there is answered with 404. */
export default async function Layout({ params, children }: LayoutProps) {
  await personOf((await params).handle);
  return children;
}
