'use client';

import Link from 'next/link';
import { type ComponentProps, useState } from 'react';

/**
 * A link that fetches where it leads once somebody points at it, touches it or has tabbed to it. Fetched for every
 * reader of a page, what most of them never open would cost each of them and the server.
 */
export function QuickLink(props: Omit<ComponentProps<typeof Link>, 'prefetch'>) {
  const [wanted, setWanted] = useState(false);
  const want = () => setWanted(true);
  return <Link {...props} prefetch={wanted ? 'auto' : false} onPointerEnter={want} onFocus={want} />;
}
