import '../../../parts/stage.css';
import './room.css';
import type { Metadata } from 'next';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, viewer, watchOf } from '../../../data/server.ts';
import { auctionOf } from '../../../data/things.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { Room } from './room.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const [auction, t] = await Promise.all([auctionOf((await params).id), getT()]);
  return { title: t('auction.title', { name: auction.lot[0]!.name }) };
}

/** An auction as it happens. */
export default async function AuctionPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, me] = await Promise.all([api(), viewer()]);
  const [auction, bids, wallet, watchId] = await orNotFound(
    Promise.all([
      auctionOf(id),
      ece.auctions.bids({ id, limit: 30 }),
      me ? ece.wallet.get() : undefined,
      watchOf(id),
    ]),
  );
  return (
    <Words of={['auction', 'watch']}>
      <Room
        auction={auction}
        bids={bids.items}
        watchId={watchId}
        me={me && wallet ? { handle: me.handle, available: wallet.available } : undefined}
      />
    </Words>
  );
}
