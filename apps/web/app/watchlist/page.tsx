import './watchlist.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { Alerts } from './alerts.tsx';
import { isView, kindOf, VIEWS, type View } from './views.ts';
import { Watches } from './watches.tsx';
import { withPrices } from './with-prices.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('watch.page') };
}

const PAGE = 24;

/** What I watch, with what it costs now, and the prices that I want to be told of. */
export default async function WatchlistPage({ searchParams }: PageProps) {
  await signedIn('/watchlist');
  const { view: wanted } = await searchParams;
  const view: View = isView(wanted) ? wanted : 'all';
  const t = await getT();
  return (
    <Words of={['watch', 'market']}>
      <div className="wrap">
        <div className="page-head stack-s">
          <h1>{t('watch.page')}</h1>
          <p className="soft">{t('watch.lead')}</p>
        </div>
        <nav className="tabs-list watch-views" aria-label={t('watch.kinds')}>
          {VIEWS.map((each) => (
            <Link
              key={each}
              className="tab"
              href={each === 'all' ? '/watchlist' : `/watchlist?view=${each}`}
              aria-current={each === view ? 'page' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(`watch.${each}`)}
            </Link>
          ))}
        </nav>
        {view === 'alerts' ? <MyAlerts /> : <MyWatches view={view} />}
      </div>
    </Words>
  );
}

async function MyWatches({ view }: { view: View }) {
  const [ece, t] = await Promise.all([api(), getT()]);
  const kind = kindOf(view);
  const first = await withPrices(
    ece,
    await ece.notifications.listWatches({ limit: PAGE, ...(kind && { kind }) }),
  );
  if (first.items.length > 0) return <Watches kind={kind} first={first} />;
  return (
    <EmptyState title={t('watch.none')} action={<ToExplore label={t('watch.explore')} />}>
      {t('watch.noneText')}
    </EmptyState>
  );
}

async function MyAlerts() {
  const [ece, t] = await Promise.all([api(), getT()]);
  const first = await ece.notifications.listPriceAlerts({ limit: PAGE });
  if (first.items.length > 0) return <Alerts first={first} />;
  return (
    <EmptyState title={t('watch.noAlerts')} action={<ToExplore label={t('watch.explore')} />}>
      {t('watch.noAlertsText')}
    </EmptyState>
  );
}

function ToExplore({ label }: { label: string }) {
  return (
    <Link className={buttonClass({ variant: 'primary' })} href="/explore">
      {label}
    </Link>
  );
}
