import '../../../parts/stage.css';
import './card.css';
import { RarityBadge } from '@ece/ui/badge';
import type { Metadata } from 'next';
import Link from 'next/link';
import { artworkPath } from '../../../data/artwork.ts';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, ownWallet, viewer, watchOf } from '../../../data/server.ts';
import { cardOf } from '../../../data/things.ts';
import type { Card } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { RefreshOn } from '../../../live/refresh-on.tsx';
import { AuctionTile } from '../../../parts/auction-tile.tsx';
import { ListingTile } from '../../../parts/card-tile.tsx';
import { Figures } from '../../../parts/figures.tsx';
import { Holders } from '../../../parts/holders.tsx';
import { OfferList } from '../../../parts/offer-list.tsx';
import { PriceAlert } from '../../../parts/price-alert.tsx';
import { PriceHistory } from '../../../parts/price-history.tsx';
import { LiveSales } from '../../../parts/sales.tsx';
import { FIRST_RANGE } from '../../../parts/series.ts';
import { Stage } from '../../../parts/stage.tsx';
import { WatchButton } from '../../../parts/watch-button.tsx';
import { COPIES_PAGE } from './copies.ts';
import { CopyTable } from './copy-table.tsx';
import { Deal } from './deal.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const card = await cardOf((await params).id);
  return { title: `${card.name}, ${card.setName}`, description: card.description };
}

const SALES = 12;

/** A card: what it is and costs, how its price went, which copies there are, and who has them. */
export default async function CardPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, t, me] = await Promise.all([api(), getT(), viewer()]);
  const read = Promise.all([
    cardOf(id),
    ece.marketdata.cardMarket({ id }),
    ece.marketdata.cardSeries({ id, range: FIRST_RANGE }),
    ece.marketdata.cardHolders({ id, limit: 8 }),
    ece.market.listListings({ cardId: id, sort: 'cheapest', limit: 6 }),
    ece.auctions.list({ cardId: id, state: 'open', limit: 6 }),
    ece.market.listOffers({ cardId: id, limit: 6 }),
    ece.market.listSales({ cardId: id, limit: SALES }),
    ece.search.search({ kind: 'copy', cardId: id, sort: 'serial', limit: COPIES_PAGE, facets: false }),
    ownWallet(),
    watchOf(id),
  ]);
  const [card, market, series, holders, listings, auctions, offers, sales, copies, wallet, watchId] =
    await orNotFound(read);
  const cheapest = listings.items.find(({ sellerHandle }) => sellerHandle !== me?.handle);
  return (
    <Words of={['sale', 'item', 'market', 'offer', 'watch']}>
      <RefreshOn topic={`card:${id}`} />
      <div className="wrap">
        <div className="detail">
          <div className="detail-stage">
            <Stage artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} />
          </div>
          <div className="stack">
            <div className="detail-title">
              <Link href={`/sets/${card.setId}`} className="soft">
                {card.setName}
              </Link>
              <h1>{card.name}</h1>
              <RarityBadge rarity={card.rarity} label={t(`rarity.${card.rarity}`)} />
              <p className="set-lead">{card.description}</p>
            </div>
            <div className="detail-actions">
              <WatchButton target={{ cardId: id }} watchId={watchId} />
              <PriceAlert cardId={id} name={card.name} floor={market.floor} signedIn={me !== undefined} />
            </div>
            <Deal card={card} market={market} cheapest={cheapest} available={wallet?.available} />
            <CardFacts card={card} />
          </div>
        </div>
        <div className="history-row detail-section">
          <PriceHistory kind="card" id={id} name={card.name} first={series} />
          <Figures market={market} />
        </div>
        {listings.items.length > 0 && (
          <section className="detail-section">
            <h2>{t('item.forSale')}</h2>
            <div className="grid grid-even">
              {listings.items.map((listing) => (
                <ListingTile key={listing.id} listing={listing} />
              ))}
            </div>
          </section>
        )}
        {auctions.items.length > 0 && (
          <section className="detail-section">
            <h2>{t('item.auctions')}</h2>
            <div className="grid">
              {auctions.items.map((auction) => (
                <AuctionTile key={auction.id} auction={auction} />
              ))}
            </div>
          </section>
        )}
        <div className="card-columns detail-section">
          <section>
            <h2>{t('market.allCopies')}</h2>
            <CopyTable cardId={id} first={copies} />
          </section>
          <div className="card-side">
            <section>
              <h2>{t('offer.offers')}</h2>
              <OfferList target={{ cardId: id }} first={offers} me={me?.handle} />
            </section>
            <section>
              <h2>{t('item.sales')}</h2>
              {sales.items.length > 0 ? (
                <LiveSales first={sales.items} limit={SALES} cardId={id} />
              ) : (
                <p className="soft">{t('item.noSales')}</p>
              )}
            </section>
            <section>
              <h2>{t('market.holders')}</h2>
              <Holders kind="card" id={id} supply={market.supply} first={holders} />
            </section>
          </div>
        </div>
      </div>
    </Words>
  );
}

async function CardFacts({ card }: { card: Card }) {
  const t = await getT();
  const facts = [
    [t('item.number'), `${card.setCode} ${card.number}`],
    [t('item.category'), card.category],
    [t('item.edition'), t('item.minted', { minted: card.minted, edition: card.editionSize })],
    ...card.attributes.map(({ key, value }) => [key, value] as const),
  ] as const;
  return (
    <section className="panel stack">
      <h2>{t('item.about')}</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="facts-row">
            <dt>{name}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
