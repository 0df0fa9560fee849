'use client';

import { usePathname } from 'next/navigation';
import { QuickLink } from './quick-link.tsx';

/** The main navigation; says which page is open. */
export function NavLinks({ label, links }: { label: string; links: { href: string; label: string }[] }) {
  const path = usePathname();
  return (
    <nav className="nav" aria-label={label}>
      {links.map((link) => (
        <QuickLink
          key={link.href}
          href={link.href}
          aria-current={path.startsWith(link.href) ? 'page' : undefined}
        >
          {link.label}
        </QuickLink>
      ))}
    </nav>
  );
}
