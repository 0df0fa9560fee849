import '../../explore/explore.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../../data/page.ts';
import { api } from '../../../data/server.ts';
import { getT } from '../../../i18n/server.ts';
import { AuctionGrid } from '../auction-grid.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.auctions') };
}

const STATES = ['open', 'scheduled', 'sold'] as const;

/** All auctions of a state. */
export default async function AuctionsPage({ searchParams }: PageProps) {
  const wanted = (await searchParams).state;
  const state = STATES.find((each) => each === wanted) ?? 'open';
  const [ece, t] = await Promise.all([api(), getT()]);
  const auctions = await ece.auctions.list({ state, limit: 36 });
  return (
    <div className="wrap">
      <div className="page-head stack">
        <h1>{t('nav.auctions')}</h1>
        <nav className="tabs-list" aria-label={t('nav.auctions')}>
          {STATES.map((each) => (
            <Link
              key={each}
              className="tab"
              href={each === 'open' ? '/auctions' : `/auctions?state=${each}`}
              aria-current={each === state ? 'page' : undefined}
              prefetch={false}
            >
              {t(`lot.${each}`)}
            </Link>
          ))}
        </nav>
      </div>
      {auctions.items.length > 0 ? (
        <AuctionGrid state={state} first={auctions} />
      ) : (
        <EmptyState
          title={t('home.noAuctions')}
          action={
            <Link href="/explore" className={buttonClass({ variant: 'primary' })}>
              {t('nav.explore')}
            </Link>
          }
        />
      )}
    </div>
  );
}
