import '../portfolio/portfolio.css';
import './orders.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../data/page.ts';
import { api, type Viewer } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { Bids } from './bids.tsx';
import { Returns } from './returned.tsx';
import { returnsOf } from './returns.ts';
import { Sales } from './sales.tsx';
import { isView, VIEWS, type View } from './views.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('orders.page') };
}

const PAGE = 30;

/** What I bought and sold, the auctions in which I bid, and money that came back. */
export default async function OrdersPage({ searchParams }: PageProps) {
  const { view: wanted } = await searchParams;
  const view: View = isView(wanted) ? wanted : 'bought';
  const me = await signedIn(`/orders?view=${view}`);
  const t = await getT();
  return (
    <Words of={['orders', 'sale', 'item']}>
      <div className="wrap">
        <div className="page-head stack-s">
          <h1>{t('orders.page')}</h1>
          <p className="soft">{t('orders.lead')}</p>
        </div>
        <nav className="tabs-list orders-views" aria-label={t('orders.views')}>
          {VIEWS.map((each) => (
            <Link
              key={each}
              className="tab"
              href={`/orders?view=${each}`}
              aria-current={each === view ? 'page' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(`orders.${each}`)}
            </Link>
          ))}
        </nav>
        <Content view={view} me={me} />
      </div>
    </Words>
  );
}

async function Content({ view, me }: { view: View; me: Viewer }) {
  const ece = await api();
  if (view === 'bids') {
    const first = await ece.auctions.list({ bidding: true, limit: PAGE });
    return first.items.length > 0 ? <Bids me={me.handle} first={first} /> : <Nothing view={view} />;
  }
  if (view === 'returned') {
    const [offers, auctions, transfers] = await Promise.all([
      ece.market.sentOffers({ limit: 100 }),
      ece.auctions.list({ bidding: true, limit: 100 }),
      ece.wallet.transfers({ limit: 100 }),
    ]);
    const returns = returnsOf(me.handle, {
      offers: offers.items,
      auctions: auctions.items,
      transfers: transfers.items,
    });
    return returns.length > 0 ? <Returns returns={returns} /> : <Nothing view={view} />;
  }
  const side = view === 'bought' ? { buyerHandle: me.handle } : { sellerHandle: me.handle };
  const first = await ece.market.listSales({ ...side, limit: PAGE });
  return first.items.length > 0 ? (
    <Sales view={view} me={me.handle} first={first} />
  ) : (
    <Nothing view={view} />
  );
}

const WAYS = {
  bought: { path: '/explore', label: 'orders.explore' },
  sold: { path: '/sell', label: 'orders.sell' },
  bids: { path: '/auctions', label: 'orders.auctions' },
  returned: undefined,
} as const;

async function Nothing({ view }: { view: View }) {
  const t = await getT();
  const way = WAYS[view];
  const name = { bought: 'Bought', sold: 'Sold', bids: 'Bids', returned: 'Returned' } as const;
  return (
    <EmptyState
      title={t(`orders.none${name[view]}`)}
      action={
        way && (
          <Link className={buttonClass({ variant: 'primary' })} href={way.path}>
            {t(way.label)}
          </Link>
        )
      }
    >
      {t(`orders.none${name[view]}Text`)}
    </EmptyState>
  );
}
