import '../../../parts/stage.css';
import { Avatar } from '@ece/ui/avatar';
import { buttonClass } from '@ece/ui/button-class';
import { SwapIcon } from '@ece/ui/icons';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, viewer } from '../../../data/server.ts';
import { personOf } from '../../../data/things.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { AuctionTile } from '../../../parts/auction-tile.tsx';
import { ListingTile } from '../../../parts/card-tile.tsx';
import { Collection } from './collection.tsx';
import { Showcase } from './showcase.tsx';
import { withCards } from './with-cards.ts';

export async function generateMetadata({ params }: PageProps<'handle'>): Promise<Metadata> {
  return { title: (await params).handle };
}

/** Somebody: who they are, what they show first, what they sell, and what they have. */
export default async function PersonPage({ params }: PageProps<'handle'>) {
  const { handle } = await params;
  const [ece, t, language, me] = await Promise.all([api(), getT(), getLanguage(), viewer()]);
  const [person, listings, auctions, copies, showcase] = await orNotFound(
    Promise.all([
      personOf(handle),
      ece.market.listListings({ sellerHandle: handle, limit: 12 }),
      ece.auctions.list({ sellerHandle: handle, state: 'open', limit: 12 }),
      ece.nfts.listCopies({ ownerHandle: handle, limit: 24 }),
      ece.nfts.showcase({ handle }),
    ]),
  );
  const first = await withCards(ece, copies);
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return (
    <Words of={['person']}>
      <div className="wrap">
        <div className="page-head row">
          <Avatar handle={handle} size="large" />
          <div>
            <h1>{person.displayName}</h1>
            <p className="soft">
              @{handle} · {t('person.since')} {month.format(new Date(person.createdAt))}
            </p>
          </div>
          {me?.handle !== handle && (
            <Link
              className={`${buttonClass({ variant: 'primary' })} person-trade`}
              href={`/trades/new?with=${handle}`}
              prefetch={false}
            >
              <SwapIcon />
              {t('person.tradeWith', { handle })}
            </Link>
          )}
        </div>
        {person.bio && <p className="set-lead">{person.bio}</p>}
        <Showcase handle={handle} items={showcase.items} isMine={me?.handle === handle} />
        {auctions.items.length > 0 && (
          <section className="detail-section">
            <h2>{t('person.auctions')}</h2>
            <div className="grid">
              {auctions.items.map((auction) => (
                <AuctionTile key={auction.id} auction={auction} />
              ))}
            </div>
          </section>
        )}
        {listings.items.length > 0 && (
          <section className="detail-section">
            <h2>{t('person.listings')}</h2>
            <div className="grid">
              {listings.items.map((listing) => (
                <ListingTile key={listing.id} listing={listing} />
              ))}
            </div>
          </section>
        )}
        <section className="detail-section">
          <h2>{t('person.collection')}</h2>
          {first.items.length > 0 ? (
            <Collection handle={handle} first={first} />
          ) : (
            <EmptyState title={t('person.nothing')} />
          )}
        </section>
      </div>
    </Words>
  );
}
