import '../trades.css';
import type { Metadata } from 'next';
import { estimatesOf } from '../../../data/estimates.ts';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound } from '../../../data/server.ts';
import { signedIn } from '../../../data/signed-in.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { Negotiation } from './negotiation.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('trade.title') };
}

/** A negotiation: its last offer, what can be done with it, and how it came to be. */
export default async function TradePage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const me = await signedIn(`/trades/${id}`);
  const ece = await api();
  const [{ items }, wallet] = await orNotFound(Promise.all([ece.trades.thread({ id }), ece.wallet.get()]));
  const last = items.at(-1)!;
  const copies = [...last.give.copies, ...last.receive.copies];
  const estimates = await estimatesOf(
    ece,
    copies.map((copy) => copy.id),
  );
  return (
    <Words of={['trade']}>
      <Negotiation
        offers={items}
        estimates={estimates}
        me={{ handle: me.handle, available: wallet.available }}
      />
    </Words>
  );
}
