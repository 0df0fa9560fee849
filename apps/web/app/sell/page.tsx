import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { withCards } from '../people/[handle]/with-cards.ts';
import { SellForm } from './sell-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.sell') };
}

/** Offering one of my copies: which one, how, and what I receive. */
export default async function SellPage({ searchParams }: PageProps) {
  const me = await signedIn('/sell');
  const wanted = (await searchParams).copy;
  const [ece, t] = await Promise.all([api(), getT()]);
  const copies = await withCards(ece, await ece.nfts.listCopies({ ownerHandle: me.handle, limit: 100 }));
  const free = copies.items.filter(({ commitment }) => commitment === null);
  return (
    <Words of={['sell']}>
      <div className="wrap">
        <div className="page-head">
          <h1>{t('sell.title')}</h1>
        </div>
        {free.length > 0 ? (
          <SellForm
            copies={free}
            initial={free.some(({ id }) => id === wanted) ? String(wanted) : free[0]!.id}
          />
        ) : (
          <EmptyState title={t('sell.nothing')}>{t('sell.nothingText')}</EmptyState>
        )}
      </div>
    </Words>
  );
}
