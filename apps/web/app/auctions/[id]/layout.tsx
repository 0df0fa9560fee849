import type { ReactNode } from 'react';
import type { PageProps } from '../../../data/page.ts';
import { auctionOf } from '../../../data/things.ts';

interface LayoutProps extends Pick<PageProps<'id'>, 'params'> {
  children: ReactNode;
}

/** Asks for an auction before the screen is on its way: one that is not there is answered with 404. */
export default async function Layout({ params, children }: LayoutProps) {
  await auctionOf((await params).id);
  return children;
}
