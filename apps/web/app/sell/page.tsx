import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import { estimatesOf } from '../../data/estimates.ts';
import { findCopies } from '../../data/find-copies.ts';
import type { PageProps } from '../../data/page.ts';
import { api, orNotFound } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { copiesOf, type TradeCopy } from '../trades/goods.ts';
import { SellForm } from './sell-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.sell') };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Copies that an address may name. */
const MOST_NAMED = 20;

/**
 * Offering copies of mine: which ones, how, and what I receive. `copy` names some that are chosen already, with
 * commas between them; `way=listing` begins with the fixed price.
 */
export default async function SellPage({ searchParams }: PageProps) {
  const { copy, way } = await searchParams;
  const named = typeof copy === 'string' ? copy.split(',').filter((id) => UUID.test(id)) : [];
  const me = await signedIn(named.length > 0 ? `/sell?copy=${named.join()}` : '/sell');
  const [ece, t] = await Promise.all([api(), getT()]);
  const [first, initial] = await Promise.all([
    findCopies(ece, me.handle, ''),
    freeCopies([...new Set(named)].slice(0, MOST_NAMED), me.handle),
  ]);
  const shown = [...copiesOf(first.items), ...initial];
  const estimates = await estimatesOf(ece, [...new Set(shown.map(({ id }) => id))]);
  return (
    <Words of={['sell']}>
      <div className="wrap">
        <div className="page-head">
          <h1>{t('sell.title')}</h1>
        </div>
        {shown.length > 0 ? (
          <SellForm
            me={me.handle}
            first={first}
            initial={initial}
            estimates={estimates}
            way={way === 'listing' ? 'listing' : 'auction'}
          />
        ) : (
          <EmptyState
            title={t('sell.nothing')}
            action={
              <Link href="/explore" className={buttonClass({ variant: 'primary' })}>
                {t('nav.explore')}
              </Link>
            }
          >
            {t('sell.nothingText')}
          </EmptyState>
        )}
      </div>
    </Words>
  );
}

/** Those of some copies that I can sell now. */
async function freeCopies(ids: string[], me: string): Promise<TradeCopy[]> {
  const ece = await api();
  const copies = await orNotFound(Promise.all(ids.map((id) => ece.nfts.getCopy({ id }))));
  return copies
    .filter(
      ({ ownerHandle, commitment, custody }) => ownerHandle === me && !commitment && custody === 'exchange',
    )
    .map(({ id, serial, card }) => ({
      id,
      serial,
      name: card.name,
      editionSize: card.editionSize,
      rarity: card.rarity,
      artworkUrl: card.artwork.url,
    }));
}
