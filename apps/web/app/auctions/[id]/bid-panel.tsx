'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { useUi } from '@ece/ui/context';
import { MoneyField } from '@ece/ui/field';
import { formatAmount, Price } from '@ece/ui/money';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { Auction } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useRefreshAfter } from '../../../data/use-refresh-after.ts';
import { useT } from '../../../i18n/client.tsx';
import { aboveMaximum, bidSteps, isLess, minus, readAmount } from '../../../parts/money.ts';
import { BuyNow } from './buy-now.tsx';
import { CancelAuction } from './cancel-auction.tsx';
import type { RoomViewer } from './room.tsx';

interface BidPanelProps {
  auction: Auction;
  me: RoomViewer | undefined;
  maximum: string | undefined;
  /** My bid was taken. */
  onBid(maximum: string): void;
}

/** What I can do now. */
export function BidPanel(props: BidPanelProps) {
  const t = useT();
  const { auction, me } = props;
  if (auction.state === 'scheduled') return <p className="soft">{t('auction.notStarted')}</p>;
  if (auction.state !== 'open') return null;
  if (!me) {
    return (
      <Link
        className={buttonClass({ variant: 'primary', size: 'large', wide: true })}
        href={`/sign-in?next=${encodeURIComponent(`/auctions/${auction.id}`)}`}
      >
        {t('auction.signIn')}
      </Link>
    );
  }
  if (auction.sellerHandle === me.handle) return <CancelAuction auction={auction} />;
  return (
    <>
      <BidForm {...props} me={me} />
      {auction.buyNowPrice && (
        <BuyNow auction={auction} price={auction.buyNowPrice} available={me.available} />
      )}
    </>
  );
}

const place = (ece: Ece, { id, maximum }: { id: string; maximum: string }, idempotencyKey: string) =>
  ece.auctions.bid({ id, maximum }, { idempotencyKey });

function BidForm({ auction, me, maximum, onBid }: BidPanelProps & { me: RoomViewer }) {
  const t = useT();
  const router = useRouter();
  const { locale } = useUi();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const bid = useCall(place);
  useRefreshAfter(bid.refusal);
  const [answer, setAnswer] = useState<{ leading: boolean; price: string }>();
  const say = (amount: string) => formatAmount(amount, locale);
  const leads = auction.leaderHandle === me.handle;
  const amount = readAmount(typed);
  const raises = leads && maximum !== undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAnswer(undefined);
    if (!amount) return setFault(t('auction.notMoney'));
    if (!leads && isLess(amount, auction.minimumNext)) {
      return setFault(t('auction.tooLow', { minimum: say(auction.minimumNext) }));
    }
    setFault(undefined);
    const taken = await bid.run({ id: auction.id, maximum: amount });
    if (!taken) return;
    onBid(amount);
    setAnswer(taken);
    setTyped('');
    // What is available has changed.
    router.refresh();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="spread">
        <h2>{t(leads ? 'auction.raiseTitle' : 'auction.bidTitle')}</h2>
        <span className="small soft">
          {t('auction.available')} <Price amount={me.available} />
        </span>
      </div>
      <fieldset className="steps-row">
        <legend className="hidden-text">{t('auction.steps')}</legend>
        {bidSteps(raises ? aboveMaximum(maximum, auction) : auction).map((step) => (
          <Button key={step} size="small" aria-pressed={step === amount} onClick={() => setTyped(step)}>
            <span className="number">{say(step)}</span>
          </Button>
        ))}
      </fieldset>
      <MoneyField
        label={t('auction.maximum')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        hint={
          raises
            ? t('auction.raiseHint', { maximum: say(maximum) })
            : t('auction.maximumHint', { minimum: say(auction.minimumNext) })
        }
        error={fault}
      />
      {amount && (
        <p className="small soft">
          {leads && maximum
            ? isLess(maximum, amount) && t('auction.holdsMore', { amount: say(minus(amount, maximum)) })
            : t('auction.holds', { amount: say(amount) })}
        </p>
      )}
      <div aria-live="assertive">
        {bid.error && <Notice tone="bad">{bid.error}</Notice>}
        {answer && !bid.error && (
          <Notice tone={answer.leading ? 'good' : 'warn'}>
            {t(answer.leading ? 'auction.leadNow' : 'auction.behind', { price: say(answer.price) })}
          </Notice>
        )}
      </div>
      <Button type="submit" variant="primary" size="large" wide busy={bid.busy}>
        {amount ? t('auction.bid', { amount: say(amount) }) : t('auction.bidOpen')}
      </Button>
    </form>
  );
}
