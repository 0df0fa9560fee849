import './home.css';
import { buttonClass } from '@ece/ui/button-class';
import { Price } from '@ece/ui/money';
import { EmptyState } from '@ece/ui/states';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { PageProps } from '../data/page.ts';
import { api, ownWallet, viewer } from '../data/server.ts';
import type { Card, CardSet } from '../data/types.ts';
import { getT } from '../i18n/server.ts';
import { Words } from '../i18n/words.tsx';
import { AuctionTile } from '../parts/auction-tile.tsx';
import { ListingTile } from '../parts/card-tile.tsx';
import { LiveSales } from '../parts/sales.tsx';
import { QuickLink } from '../shell/quick-link.tsx';
import { Hero, Steps } from './hero.tsx';
import { HomeSearch } from './home-search.tsx';
import { Movers } from './movers.tsx';
import { Totals } from './totals.tsx';

const LOTS = 12;
const SALES = 10;
const FOR_SALE = 8;
const MOVERS = 6;

/** The start page: what ends soon, which prices move, what has just been sold, what there is to collect. */
export default async function HomePage({ searchParams }: PageProps) {
  const [ece, me, t, query] = await Promise.all([api(), viewer(), getT(), searchParams]);
  const window = query.movers === '7d' ? '7d' : '24h';
  const [auctions, sales, sets, mythic, legendary, listings, wallet, movers, totals] = await Promise.all([
    ece.auctions.list({ state: 'open', limit: LOTS }),
    ece.market.listSales({ limit: SALES }),
    ece.nfts.listSets({ limit: 24 }),
    ece.nfts.listCards({ rarity: 'mythic', limit: 48 }),
    me ? undefined : ece.nfts.listCards({ rarity: 'legendary', limit: 2 }),
    ece.market.listListings({ sort: 'newest', limit: FOR_SALE }),
    ownWallet(),
    ece.marketdata.movers({ window, limit: MOVERS }),
    ece.marketdata.totals({ days: 30 }),
  ]);
  return (
    <Words of={['sale']}>
      <HomeSearch />
      {me && wallet ? (
        <div className="wrap page-head spread">
          <h1>{t('home.welcome', { name: me.displayName })}</h1>
          <QuickLink href="/wallet" className="home-wallet">
            <span>
              <span className="small soft">{t('home.available')}</span>
              <Price amount={wallet.available} size="large" />
            </span>
            {wallet.held !== '0' && (
              <span>
                <span className="small soft">{t('home.held')}</span>
                <Price amount={wallet.held} />
              </span>
            )}
          </QuickLink>
        </div>
      ) : (
        <Hero cards={[...(legendary?.items ?? []), ...mythic.items].slice(0, 3)} />
      )}
      <section className="wrap section" aria-labelledby="ends-soon">
        <div className="spread">
          <h2 id="ends-soon">{t('home.endsSoon')}</h2>
          <QuickLink href="/auctions" className="section-link">
            {t('home.allAuctions')}
          </QuickLink>
        </div>
        {auctions.items.length > 0 ? (
          <div className="grid grid-even home-lots">
            {auctions.items.map((auction, index) => (
              <AuctionTile key={auction.id} auction={auction} eager={me !== undefined && index < 4} />
            ))}
          </div>
        ) : (
          <EmptyState
            title={t('home.noAuctions')}
            action={
              <Link href="/explore" className={buttonClass({ variant: 'primary' })}>
                {t('nav.explore')}
              </Link>
            }
          >
            {t('home.noAuctionsText')}
          </EmptyState>
        )}
      </section>
      <Movers movers={movers.items} window={window} />
      {!me && <Steps />}
      <div className="wrap section home-columns">
        <section aria-labelledby="just-sold">
          <div className="spread">
            <h2 id="just-sold">{t('home.justSold')}</h2>
            <QuickLink href="/activity" className="section-link">
              {t('home.allActivity')}
            </QuickLink>
          </div>
          {sales.items.length > 0 ? (
            <LiveSales first={sales.items} limit={SALES} />
          ) : (
            <p className="soft">{t('home.noSales')}</p>
          )}
        </section>
        <section aria-labelledby="for-sale">
          <h2 id="for-sale">{t('home.cheapest')}</h2>
          <div className="grid">
            {listings.items.map((listing) => (
              <ListingTile key={listing.id} listing={listing} />
            ))}
          </div>
        </section>
      </div>
      <Totals totals={totals} />
      <Sets sets={sets.items} covers={mythic.items} />
    </Words>
  );
}

async function Sets({ sets, covers }: { sets: CardSet[]; covers: Card[] }) {
  const t = await getT();
  return (
    <section className="wrap section" aria-labelledby="sets">
      <div className="spread">
        <h2 id="sets">{t('home.sets')}</h2>
        <QuickLink href="/explore" className="section-link">
          {t('home.allCards')}
        </QuickLink>
      </div>
      {sets.length === 0 && <EmptyState title={t('home.noSets')}>{t('home.noSetsText')}</EmptyState>}
      <ul className="sets">
        {sets.map((set) => {
          const cover = covers.find((card) => card.setId === set.id);
          return (
            <li key={set.id}>
              <Link href={`/sets/${set.id}`} className="set" prefetch={false}>
                {cover && (
                  <img
                    src={artworkPath(cover.artwork.url)}
                    alt=""
                    width={150}
                    height={210}
                    loading="lazy"
                    decoding="async"
                  />
                )}
                <span className="set-text">
                  <strong>{set.name}</strong>
                  <span className="small soft">{set.description}</span>
                  <span className="small number">
                    {t('home.setCards', { count: set.cards })} · {t('home.setCopies', { count: set.copies })}
                  </span>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
