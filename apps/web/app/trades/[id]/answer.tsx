'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { Dialog } from '@ece/ui/dialog';
import { Price } from '@ece/ui/money';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { TradeOffer } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { isLess } from '../../../parts/money.ts';
import { seenBy } from '../goods.ts';
import { sum } from '../new/draft.ts';
import { refusedCopy } from '../refused-copy.ts';
import { Summary } from '../summary.tsx';
import type { TradeViewer } from './negotiation.tsx';

type Act = 'accept' | 'decline' | 'withdraw';

const act = (ece: Ece, { id, what }: { id: string; what: Act }, idempotencyKey: string) =>
  what === 'withdraw' ? ece.trades.withdraw({ id }) : ece.trades[what]({ id }, { idempotencyKey });

/** What I can do with an offer, each after asking; of one that has ended, what became of it. */
export function Answer({ offer, me }: { offer: TradeOffer; me: TradeViewer }) {
  const t = useT();
  const router = useRouter();
  const [asked, setAsked] = useState<Act>();
  const call = useCall(act);
  const { handle, isReceived, iGive, iReceive } = seenBy(offer, me.handle);
  if (offer.state !== 'open') {
    const tone = offer.state === 'accepted' ? 'good' : 'info';
    return <Notice tone={tone}>{t(`trade.${offer.state}Text`, { handle })}</Notice>;
  }
  const ask = (what: Act) => {
    call.clear();
    setAsked(what);
  };
  const confirm = async (what: Act) => {
    if (await call.run({ id: offer.id, what })) setAsked(undefined);
    // What was refused needs a fresh look, too.
    router.refresh();
  };
  const due = sum(iGive.cash, iGive.fee);
  const isShort = isReceived && isLess(me.available, due);
  const concerned = refusedCopy(call.refusal, [...iGive.copies, ...iReceive.copies]);
  return (
    <div className="stack-s">
      {isReceived ? (
        <>
          {isShort && <Notice tone="warn">{t('trade.short')}</Notice>}
          <Button variant="primary" size="large" wide onClick={() => ask('accept')}>
            {t('trade.accept')}
          </Button>
          <div className="answer-row">
            <Link className={buttonClass()} href={`/trades/new?counter=${offer.id}`} prefetch={false}>
              {t('trade.counter')}
            </Link>
            <Button variant="danger" onClick={() => ask('decline')}>
              {t('trade.decline')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className="small soft">{t('trade.held', { handle })}</p>
          <Button variant="danger" onClick={() => ask('withdraw')}>
            {t('trade.withdraw')}
          </Button>
        </>
      )}
      <Dialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked && t(`trade.${asked}Title`)}
        actions={
          asked && (
            <Button
              variant={asked === 'accept' ? 'primary' : 'danger'}
              busy={call.busy}
              onClick={() => void confirm(asked)}
            >
              {t(`trade.${asked}`)}
            </Button>
          )
        }
      >
        <p>{asked && t(`trade.${asked}Ask`, { handle })}</p>
        {asked === 'accept' && (
          <>
            <Summary give={iGive} receive={iReceive} handle={handle} />
            <p className="small soft">
              {t('trade.available')} <Price amount={me.available} />
            </p>
          </>
        )}
        {call.error && (
          <div role="alert">
            <Notice tone="bad">
              {call.error}
              {concerned && ` ${t('trade.concerns', { card: concerned })}`}
            </Notice>
          </div>
        )}
      </Dialog>
    </div>
  );
}
