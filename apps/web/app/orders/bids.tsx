'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill, type Tone } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { Countdown, RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { artworkPath } from '../../data/artwork.ts';
import type { Auction } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import type { MessageKey } from '../../i18n/translate.ts';
import { type ListPage, More } from '../../parts/more.tsx';
import { useAuction } from '../../parts/use-auction.ts';

const load = (ece: Ece, cursor: string) => ece.auctions.list({ bidding: true, cursor, limit: 30 });

/** My place in an auction. */
function placeIn({ state, leaderHandle }: Auction, me: string): { tone: Tone; key: MessageKey } {
  const leads = leaderHandle === me;
  if (state === 'open') {
    return leads ? { tone: 'good', key: 'orders.leading' } : { tone: 'bad', key: 'orders.outbid' };
  }
  if (state !== 'sold') return { tone: 'neutral', key: 'orders.noSale' };
  return leads ? { tone: 'good', key: 'orders.won' } : { tone: 'neutral', key: 'orders.lost' };
}

/** The auctions in which I have bid, as they move. */
export function Bids({ me, first }: { me: string; first: ListPage<Auction> }) {
  const t = useT();
  const head = [
    { key: 'what', label: t('orders.what') },
    { key: 'state', label: t('item.state') },
    { key: 'mine', label: t('orders.yourMaximum'), end: true },
    { key: 'price', label: t('orders.price'), end: true },
    { key: 'end', label: t('orders.ends'), end: true },
  ];
  return (
    <More first={first} load={load}>
      {(auctions) => (
        <Table caption={t('orders.bids')} head={head} blocks>
          {auctions.map((auction) => (
            <Row key={auction.id} auction={auction} me={me} />
          ))}
        </Table>
      )}
    </More>
  );
}

function Row({ auction: first, me }: { auction: Auction; me: string }) {
  const t = useT();
  const auction = useAuction(first);
  const { id, lot, price, startingPrice, myMaximum, endsAt, state } = auction;
  const copy = lot[0]!;
  const { tone, key } = placeIn(auction, me);
  return (
    <tr>
      <td>
        <Link className="holding-copy" href={`/auctions/${id}`} prefetch={false}>
          <img
            src={artworkPath(copy.artworkUrl)}
            alt=""
            width={40}
            height={56}
            loading="lazy"
            decoding="async"
          />
          <span>
            <strong>{copy.name}</strong>
            <span className="soft number">
              {lot.length > 1
                ? t('lot.more', { count: lot.length - 1 })
                : t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
            </span>
          </span>
        </Link>
      </td>
      <td data-label={t('item.state')}>
        <StatePill tone={tone}>{t(key)}</StatePill>
      </td>
      <td className="end" data-label={t('orders.yourMaximum')}>
        {myMaximum && <Price amount={myMaximum} />}
      </td>
      <td className="end" data-label={t('orders.price')}>
        <Price amount={price ?? startingPrice} />
      </td>
      <td className="end" data-label={t('orders.ends')}>
        {state === 'open' ? (
          <Countdown to={endsAt} />
        ) : (
          <span className="soft">
            <RelativeTime at={endsAt} />
          </span>
        )}
      </td>
    </tr>
  );
}
