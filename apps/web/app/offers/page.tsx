import './offers.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { Made } from './made.tsx';
import { Received } from './received.tsx';
import { isView, VIEWS, type View } from './views.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('offer.page') };
}

const PAGE = 20;

/** Offers to me that I can accept, and offers of mine. The layout renders it anew when something happens to me. */
export default async function OffersPage({ searchParams }: PageProps) {
  const query = await searchParams;
  const view: View = isView(query.view) ? query.view : 'received';
  await signedIn(view === 'made' ? '/offers?view=made' : '/offers');
  const t = await getT();
  return (
    <Words of={['offer']}>
      <div className="wrap">
        <div className="page-head stack-s">
          <h1>{t('offer.page')}</h1>
          <p className="soft">{t('offer.lead')}</p>
        </div>
        <nav className="tabs-list offers-views" aria-label={t('offer.views')}>
          {VIEWS.map((each) => (
            <Link
              key={each}
              className="tab"
              href={`/offers?view=${each}`}
              aria-current={each === view ? 'page' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(each === 'made' ? 'offer.madeView' : 'offer.received')}
            </Link>
          ))}
        </nav>
        {view === 'received' ? <ReceivedOffers /> : <MadeOffers isAll={query.state === 'all'} />}
      </div>
    </Words>
  );
}

async function ReceivedOffers() {
  const [ece, t] = await Promise.all([api(), getT()]);
  const first = await ece.market.receivedOffers({ limit: PAGE });
  // A page may be empty and yet not be the last one.
  if (first.items.length > 0 || first.nextCursor) return <Received first={first} />;
  return <EmptyState title={t('offer.noneReceived')}>{t('offer.noneReceivedText')}</EmptyState>;
}

async function MadeOffers({ isAll }: { isAll: boolean }) {
  const [ece, t] = await Promise.all([api(), getT()]);
  const [first, wallet] = await Promise.all([
    ece.market.sentOffers({ limit: PAGE, ...(!isAll && { state: 'open' }) }),
    ece.wallet.get(),
  ]);
  const states = [
    { key: 'open', path: '/offers?view=made', label: t('offer.openOnly'), isShown: !isAll },
    { key: 'all', path: '/offers?view=made&state=all', label: t('offer.allStates'), isShown: isAll },
  ];
  return (
    <div className="stack">
      <nav className="row" aria-label={t('offer.states')}>
        {states.map(({ key, path, label, isShown }) => (
          <Link
            key={key}
            className="choice choice-link"
            href={path}
            aria-current={isShown ? 'true' : undefined}
            scroll={false}
            prefetch={false}
          >
            {label}
          </Link>
        ))}
      </nav>
      {first.items.length > 0 ? (
        <Made first={first} isAll={isAll} held={wallet.held} />
      ) : (
        <EmptyState
          title={t('offer.noneMade')}
          action={
            <Link className={buttonClass({ variant: 'primary' })} href="/explore">
              {t('offer.explore')}
            </Link>
          }
        >
          {t('offer.noneMadeText')}
        </EmptyState>
      )}
    </div>
  );
}
