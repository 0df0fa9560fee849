'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useT } from '../../i18n/client.tsx';

const PARTS = [
  { name: 'health', href: '/operator', admin: true },
  { name: 'halts', href: '/operator/halts', admin: false },
  { name: 'people', href: '/operator/people', admin: false },
  { name: 'catalogue', href: '/operator/catalogue', admin: true },
  { name: 'minting', href: '/operator/minting', admin: true },
  { name: 'audit', href: '/operator/audit', admin: true },
] as const;

/** The parts of the operator area that are for somebody of this role. */
export function OperatorNav({ isAdmin }: { isAdmin: boolean }) {
  const t = useT();
  const path = usePathname();
  const nav = useRef<HTMLElement>(null);
  // On a phone the parts are in a line that moves; the open one is in view.
  useEffect(() => {
    const open = nav.current?.querySelector<HTMLElement>(`[href="${path}"]`);
    if (nav.current && open) nav.current.scrollLeft = open.offsetLeft - nav.current.offsetLeft - 16;
  }, [path]);
  const isOpen = (href: string) => (href === '/operator' ? path === href : path.startsWith(href));
  return (
    <nav ref={nav} className="operator-nav" aria-label={t('operator.parts')}>
      {PARTS.filter((part) => isAdmin || !part.admin).map(({ name, href }) => (
        <Link key={name} href={href} aria-current={isOpen(href) ? 'page' : undefined} prefetch={false}>
          {t(`operator.${name}`)}
        </Link>
      ))}
    </nav>
  );
}
