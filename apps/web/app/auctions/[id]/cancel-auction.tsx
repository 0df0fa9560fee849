'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useRouter } from 'next/navigation';
import type { Auction } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';

const cancel = (ece: Ece, id: string) => ece.auctions.cancel({ id });

/** What the seller sees: nobody bids on their own auction, and before the first bid it can be cancelled. */
export function CancelAuction({ auction }: { auction: Auction }) {
  const t = useT();
  const router = useRouter();
  const call = useCall(cancel);
  return (
    <div className="stack-s">
      <p>{t('auction.own')}</p>
      {call.error && <Notice tone="bad">{call.error}</Notice>}
      {auction.bidCount === 0 && (
        <Button
          variant="danger"
          busy={call.busy}
          onClick={() => void call.run(auction.id).then(() => router.refresh())}
        >
          {t('auction.cancel')}
        </Button>
      )}
    </div>
  );
}
