import './operator.css';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { OperatorNav } from './operator-nav.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('operator.title'), robots: { index: false } };
}

/** The frame of the operator area, which is not there for collectors. Each page says for itself whom it is for. */
export default async function OperatorLayout({ children }: { children: ReactNode }) {
  const me = await signedIn('/operator');
  if (me.role === 'collector') notFound();
  return (
    <Words of={['operator']}>
      <div className="wrap operator">
        <OperatorNav isAdmin={me.role === 'admin'} />
        <div className="operator-page">{children}</div>
      </div>
    </Words>
  );
}
