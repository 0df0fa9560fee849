import '../orders/orders.css';
import '../portfolio/portfolio.css';
import './activity.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../data/page.ts';
import { api, viewer } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { RefreshOn } from '../../live/refresh-on.tsx';
import { HappeningList } from './happening-list.tsx';
import { happenings } from './happenings.ts';
import { isView, VIEWS } from './views.ts';

/** Milliseconds between two looks at a busy market. */
const PAUSE_MS = 1000;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return { title: t('activity.page'), description: t('activity.lead') };
}

/** What happens on the exchange, as it happens: sales, offers for sale, auctions; of everybody or of mine. */
export default async function ActivityPage({ searchParams }: PageProps) {
  const { view: wanted } = await searchParams;
  const view = isView(wanted) ? wanted : 'all';
  const me = view === 'mine' ? await signedIn('/activity?view=mine') : await viewer();
  const [ece, t] = await Promise.all([api(), getT()]);
  const first = await happenings(ece, view, me && { me: me.handle });
  return (
    <Words of={['activity', 'sale']}>
      <RefreshOn topic="market" gatherMs={PAUSE_MS} />
      <div className="wrap">
        <div className="page-head stack-s">
          <h1>{t('activity.page')}</h1>
          <p className="soft">{t('activity.lead')}</p>
        </div>
        <nav className="tabs-list orders-views" aria-label={t('activity.views')}>
          {VIEWS.filter((each) => me || each !== 'mine').map((each) => (
            <Link
              key={each}
              className="tab"
              href={each === 'all' ? '/activity' : `/activity?view=${each}`}
              aria-current={each === view ? 'page' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(`activity.${each}`)}
            </Link>
          ))}
        </nav>
        {first.items.length > 0 ? (
          <div className="stack activity">
            <HappeningList view={view} first={first} />
            {(view === 'all' || view === 'mine') && <p className="small soft">{t('activity.older')}</p>}
          </div>
        ) : (
          <EmptyState
            title={t('activity.none')}
            action={
              <Link className={buttonClass({ variant: 'primary' })} href="/explore">
                {t('nav.explore')}
              </Link>
            }
          >
            {t('activity.noneText')}
          </EmptyState>
        )}
      </div>
    </Words>
  );
}
