'use client';

import { Notice } from '@ece/ui/badge';
import { useUi } from '@ece/ui/context';
import { formatAmount, Price } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import { useEffect, useState } from 'react';
import type { Auction } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { Person } from '../../../parts/person.tsx';
import type { RoomViewer } from './room.tsx';

interface BoardProps {
  auction: Auction;
  me: RoomViewer | undefined;
  /** My maximum, where I have bid. */
  maximum: string | undefined;
  /** How often a late bid has moved the end while the page was open. */
  extended: number;
}

/** Price, leader, time and my place. What changes is also said aloud. */
export function Board({ auction, me, maximum, extended }: BoardProps) {
  const t = useT();
  const isRunning = auction.state === 'open' || auction.state === 'scheduled';
  const isSold = auction.state === 'sold';
  return (
    <>
      <div className="board">
        <div className="board-cell">
          <span className="small soft">{t(auction.price ? 'lot.current' : 'lot.starting')}</span>
          <span key={auction.price} className="board-price">
            <Price amount={auction.price ?? auction.startingPrice} size="large" />
          </span>
          <span className="small">
            <span className="soft">{t(isSold ? 'auction.winner' : 'auction.leader')} </span>
            {auction.leaderHandle === null && <span className="soft">{t('auction.nobody')}</span>}
            {auction.leaderHandle !== null &&
              (auction.leaderHandle === me?.handle ? (
                <strong>{t('auction.you')}</strong>
              ) : (
                <Person handle={auction.leaderHandle} />
              ))}
          </span>
        </div>
        {isRunning && (
          <div className="board-cell board-end">
            <span className="small soft">
              {t(auction.state === 'scheduled' ? 'lot.startsIn' : 'lot.endsIn')}
            </span>
            <span className="board-time">
              <Countdown to={auction.state === 'scheduled' ? auction.startsAt : auction.endsAt} />
            </span>
            <Extended count={extended} />
          </div>
        )}
      </div>
      <div aria-live="polite">
        <MyPlace auction={auction} me={me} maximum={maximum} />
      </div>
    </>
  );
}

/** Seconds for which a moved end is pointed out. */
const SHOWN_SECONDS = 12;

function Extended({ count }: { count: number }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (count === 0) return undefined;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [count]);
  return (
    <span className="small board-extended" role="status">
      {shown && t('auction.extended')}
    </span>
  );
}

function MyPlace({ auction, me, maximum }: Omit<BoardProps, 'extended'>) {
  const t = useT();
  const { locale } = useUi();
  const say = (amount: string) => formatAmount(amount, locale);
  const leads = me !== undefined && auction.leaderHandle === me.handle;
  if (auction.state === 'sold') {
    if (leads) return <Outcome tone="good" title={t('auction.youWon')} text={t('auction.youWonText')} />;
    return <Outcome tone="info" title={t('auction.soldTo', { price: say(auction.price ?? '0') })} />;
  }
  if (auction.state === 'unsold') return <Outcome tone="info" title={t('auction.unsoldText')} />;
  if (auction.state === 'cancelled') return <Outcome tone="info" title={t('auction.cancelledText')} />;
  if (leads) {
    const text = maximum && t('auction.youLeadText', { maximum: say(maximum) });
    return <Outcome tone="good" title={t('auction.youLead')} text={text} />;
  }
  if (maximum) {
    const text = t('auction.outbidText', { minimum: say(auction.minimumNext) });
    return <Outcome tone="warn" title={t('auction.outbid')} text={text} />;
  }
  return null;
}

interface OutcomeProps {
  tone: 'good' | 'warn' | 'info';
  title: string;
  text?: string | undefined;
}

function Outcome({ tone, title, text }: OutcomeProps) {
  return (
    <Notice tone={tone}>
      <strong>{title}</strong>
      {text && <br />}
      {text}
    </Notice>
  );
}
