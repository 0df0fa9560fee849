import '../../../parts/stage.css';
import './room.css';
import type { Metadata } from 'next';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, viewer } from '../../../data/server.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { Room } from './room.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const [auction, t] = await Promise.all([
    orNotFound((await api()).auctions.get({ id: (await params).id })),
    getT(),
  ]);
  return { title: t('auction.title', { name: auction.lot[0]!.name }) };
}

/** An auction as it happens. */
export default async function AuctionPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, me] = await Promise.all([api(), viewer()]);
  const [auction, bids, wallet] = await orNotFound(
    Promise.all([
      ece.auctions.get({ id }),
      ece.auctions.bids({ id, limit: 30 }),
      me ? ece.wallet.get() : undefined,
    ]),
  );
  return (
    <Words of={['auction']}>
      <Room
        auction={auction}
        bids={bids.items}
        me={me && wallet ? { handle: me.handle, available: wallet.available } : undefined}
      />
    </Words>
  );
}
