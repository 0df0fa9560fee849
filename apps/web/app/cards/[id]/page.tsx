import '../../../parts/stage.css';
import { RarityBadge } from '@ece/ui/badge';
import { Sparkline } from '@ece/ui/sparkline';
import type { Metadata } from 'next';
import Link from 'next/link';
import { artworkPath } from '../../../data/artwork.ts';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound } from '../../../data/server.ts';
import type { Card, Sale } from '../../../data/types.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { RefreshOn } from '../../../live/refresh-on.tsx';
import { AuctionTile } from '../../../parts/auction-tile.tsx';
import { ListingTile } from '../../../parts/card-tile.tsx';
import { LiveSales } from '../../../parts/sales.tsx';
import { Stage } from '../../../parts/stage.tsx';
import { CopyTable } from './copy-table.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const card = await orNotFound((await api()).nfts.getCard({ id: (await params).id }));
  return { title: `${card.name}, ${card.setName}`, description: card.description };
}

const SALES = 20;

/** A card: what it is, which copies can be had, who has them, and what was paid. */
export default async function CardPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, t] = await Promise.all([api(), getT()]);
  const [card, listings, auctions, copies, sales] = await orNotFound(
    Promise.all([
      ece.nfts.getCard({ id }),
      ece.market.listListings({ cardId: id, sort: 'cheapest', limit: 12 }),
      ece.auctions.list({ cardId: id, state: 'open', limit: 6 }),
      ece.nfts.listCopies({ cardId: id, limit: 30 }),
      ece.market.listSales({ cardId: id, limit: SALES }),
    ]),
  );
  return (
    <Words of={['sale', 'item']}>
      <RefreshOn topic={`card:${id}`} />
      <div className="wrap">
        <div className="detail">
          <div className="detail-stage">
            <Stage artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} />
          </div>
          <CardFacts card={card} />
        </div>
        <section className="detail-section">
          <h2>{t('item.forSale')}</h2>
          {listings.items.length > 0 ? (
            <div className="grid">
              {listings.items.map((listing) => (
                <ListingTile key={listing.id} listing={listing} />
              ))}
            </div>
          ) : (
            <p className="soft">{t('item.notForSale')}</p>
          )}
        </section>
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
            <h2>{t('item.sales')}</h2>
            {sales.items.length > 0 ? (
              <>
                <SalesTrend sales={sales.items} />
                <LiveSales first={sales.items} limit={SALES} cardId={id} />
              </>
            ) : (
              <p className="soft">{t('item.noSales')}</p>
            )}
          </section>
          <section>
            <h2>{t('item.copies')}</h2>
            <CopyTable cardId={id} editionSize={card.editionSize} first={copies} />
          </section>
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
    <div className="stack">
      <div className="detail-title">
        <Link href={`/sets/${card.setId}`} className="soft">
          {card.setName}
        </Link>
        <h1>{card.name}</h1>
        <RarityBadge rarity={card.rarity} label={t(`rarity.${card.rarity}`)} />
        <p className="set-lead">{card.description}</p>
      </div>
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
    </div>
  );
}

/** The line of the last prices, oldest first. */
async function SalesTrend({ sales }: { sales: Sale[] }) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  const prices = sales.map(({ price }) => price).reverse();
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 2 });
  const say = (price: string) => format.format(price as Intl.StringNumericLiteral);
  return (
    <Sparkline
      values={prices.map(Number)}
      label={t('item.salesTrend', {
        count: prices.length,
        from: say(prices[0]!),
        to: say(prices.at(-1)!),
      })}
    />
  );
}
