import '../../../parts/stage.css';
import './room.css';
import { EceError } from '@ece/sdk';
import type { Metadata } from 'next';
import { estimatesOf } from '../../../data/estimates.ts';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, ownWallet, viewer, watchOf } from '../../../data/server.ts';
import { auctionOf } from '../../../data/things.ts';
import type { Auction } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { worthOf } from '../../../parts/worth.ts';
import { Room } from './room.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const [auction, t] = await Promise.all([auctionOf((await params).id), getT()]);
  return { title: t('auction.title', { name: auction.lot[0]!.name }) };
}

/** An auction as it happens. */
export default async function AuctionPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, me] = await Promise.all([api(), viewer()]);
  const [auction, bids, wallet, watchId, estimate] = await orNotFound(
    Promise.all([
      ...([auctionOf(id), ece.auctions.bids({ id, limit: 30 }), ownWallet(), watchOf(id)] as const),
      auctionOf(id).then(estimateOf),
    ]),
  );
  return (
    <Words of={['auction', 'watch']}>
      <Room
        auction={auction}
        bids={bids.items}
        watchId={watchId}
        estimate={estimate}
        me={me && wallet ? { handle: me.handle, available: wallet.available } : undefined}
      />
    </Words>
  );
}

/** What a lot is probably worth, where that is known of all of it. Without an answer the room opens all the same. */
async function estimateOf({ lot }: Auction): Promise<string | undefined> {
  const ids = lot.map(({ id }) => id);
  try {
    const { value, unknown } = worthOf(ids, '0', await estimatesOf(await api(), ids));
    return unknown === 0 ? value : undefined;
  } catch (error) {
    if (error instanceof EceError) return undefined;
    throw error;
  }
}
