import '../trades.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../../data/page.ts';
import { api } from '../../../data/server.ts';
import { signedIn } from '../../../data/signed-in.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { TradeList } from '../trade-list.tsx';
import { filterOf, isView, VIEWS, type View } from '../views.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('trade.title') };
}

/** My negotiations: what waits for me, what waits for others, and all that there were. */
export default async function TradesPage({ searchParams }: PageProps) {
  const me = await signedIn('/trades');
  const wanted = (await searchParams).view;
  const view: View = isView(wanted) ? wanted : 'received';
  const [ece, t] = await Promise.all([api(), getT()]);
  const offers = await ece.trades.list({ ...filterOf(view), limit: 20 });
  const start = (
    <Link className={buttonClass({ variant: 'primary' })} href="/trades/new">
      {t('trade.new')}
    </Link>
  );
  return (
    <Words of={['trade']}>
      <div className="wrap">
        <div className="page-head spread">
          <div className="stack-s">
            <h1>{t('trade.title')}</h1>
            <p className="soft">{t('trade.lead')}</p>
          </div>
          {offers.items.length > 0 && start}
        </div>
        <nav className="tabs-list trade-views" aria-label={t('trade.views')}>
          {VIEWS.map((each) => (
            <Link
              key={each}
              className="tab"
              href={`/trades?view=${each}`}
              aria-current={each === view ? 'page' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(`trade.${each}View`)}
            </Link>
          ))}
        </nav>
        {offers.items.length > 0 ? (
          <TradeList view={view} first={offers} me={me.handle} />
        ) : (
          <EmptyState title={t(`trade.${view}Empty`)} action={start}>
            {t(`trade.${view}EmptyText`)}
          </EmptyState>
        )}
      </div>
    </Words>
  );
}
