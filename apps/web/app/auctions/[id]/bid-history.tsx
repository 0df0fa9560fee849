'use client';

import { Price } from '@ece/ui/money';
import { RelativeTime } from '@ece/ui/time';
import type { Bid } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { Person } from '../../../parts/person.tsx';

interface BidHistoryProps {
  bids: Bid[];
  /** My handle, where I am signed in. */
  me: string | undefined;
}

/** Who has bid, the newest first; each with the price that it led to. */
export function BidHistory({ bids, me }: BidHistoryProps) {
  const t = useT();
  if (bids.length === 0) return <p className="soft">{t('auction.noBids')}</p>;
  return (
    <ol className="bids">
      {bids.map(({ id, bidderHandle, price, at }) => (
        <li key={id} className={bidderHandle === me ? 'bids-mine' : undefined}>
          {bidderHandle === me ? <strong>{t('auction.you')}</strong> : <Person handle={bidderHandle} />}
          <span className="small soft">
            <RelativeTime at={at} />
          </span>
          <Price amount={price} />
        </li>
      ))}
    </ol>
  );
}
