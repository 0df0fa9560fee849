'use client';

import type { FeedEvent } from '@ece/sdk/browser';
import { Notice, StatePill } from '@ece/ui/badge';
import { setServerTime } from '@ece/ui/context';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { artworkPath } from '../../../data/artwork.ts';
import { browserApi } from '../../../data/browser.ts';
import type { Auction, Bid } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { isEvent, useIsBack, useLiveState } from '../../../live/feed.tsx';
import { AuctionPill } from '../../../parts/auction-tile.tsx';
import { Stage } from '../../../parts/stage.tsx';
import { useAuction } from '../../../parts/use-auction.ts';
import { WatchButton } from '../../../parts/watch-button.tsx';
import { BidHistory } from './bid-history.tsx';
import { BidPanel } from './bid-panel.tsx';
import { Board } from './board.tsx';
import { Details } from './details.tsx';

/** Who is looking, and what they can spend. */
export interface RoomViewer {
  handle: string;
  available: string;
}

interface RoomProps {
  auction: Auction;
  bids: Bid[];
  /** What the lot is probably worth, where that is known of all of it. */
  estimate: string | undefined;
  me: RoomViewer | undefined;
  /** The reader's watch of it; null where there is none, undefined for somebody who is not signed in. */
  watchId: string | null | undefined;
}

/** The room of an auction: the lot, the price as it moves, my place in it, and the next bid. */
export function Room({ auction: first, bids: firstBids, estimate, me, watchId }: RoomProps) {
  const t = useT();
  const [seen, setSeen] = useState(firstBids);
  const [bids, setBids] = useState(firstBids);
  const [myMaximum, setMyMaximum] = useState<string>();
  const [extended, setExtended] = useState(0);
  const live = useLiveState();
  const isBack = useIsBack();
  if (seen !== firstBids) {
    setSeen(firstBids);
    setBids((known) => merged(firstBids, known));
  }
  const auction = useAuction(first, (event) => {
    if (!isEvent(event, 'auction.bid')) return;
    setBids((known) => merged([bidOf(event)], known));
    if (event.data.extended) setExtended((count) => count + 1);
  });
  useExactClock(first.id);
  const copy = auction.lot[0]!;
  const maximum = myMaximum ?? auction.myMaximum ?? undefined;
  return (
    <div className="wrap">
      <div className="room-notice" role="status">
        {live === 'reconnecting' && <Notice tone="warn">{t('live.reconnectingLong')}</Notice>}
        {isBack && <Notice tone="good">{t('live.back')}</Notice>}
      </div>
      <div className="detail">
        <div className="detail-stage">
          <Stage artwork={artworkPath(copy.artworkUrl)} name={copy.name} rarity={copy.rarity} />
          {auction.lot.length > 1 && <Lot auction={auction} />}
        </div>
        <div className="stack">
          <div className="detail-title">
            <div className="row">
              <AuctionPill state={auction.state} />
              <Reserve auction={auction} />
              {auction.state === 'open' && (
                <WatchButton target={{ auctionId: auction.id }} watchId={watchId} />
              )}
            </div>
            <h1>{copy.name}</h1>
            <p className="soft number">
              <Link href={`/copies/${copy.id}`} prefetch={false}>
                {t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
              </Link>
              {auction.lot.length > 1 && ` · ${t('auction.lot', { count: auction.lot.length })}`}
            </p>
          </div>
          <div className="panel stack">
            <Board auction={auction} me={me} maximum={maximum} extended={extended} />
            <BidPanel auction={auction} me={me} maximum={maximum} onBid={setMyMaximum} />
          </div>
          <section className="panel stack">
            <h2>{t('auction.history')}</h2>
            <BidHistory bids={bids} me={me?.handle} />
          </section>
        </div>
        <div className="detail-below">
          <Details auction={auction} estimate={estimate} />
        </div>
      </div>
    </div>
  );
}

function Reserve({ auction }: { auction: Auction }) {
  const t = useT();
  if (auction.state !== 'open' && auction.state !== 'scheduled') return null;
  if (auction.reserve === 'none') return <StatePill>{t('auction.reserveNone')}</StatePill>;
  const isMet = auction.reserve === 'met';
  return (
    <StatePill tone={isMet ? 'good' : 'warn'}>
      {t(isMet ? 'auction.reserveMet' : 'auction.reserveNotMet')}
    </StatePill>
  );
}

function Lot({ auction }: { auction: Auction }) {
  const t = useT();
  return (
    <ul className="lot">
      {auction.lot.map((copy) => (
        <li key={copy.id}>
          <Link href={`/copies/${copy.id}`} prefetch={false}>
            <img
              src={artworkPath(copy.artworkUrl)}
              alt={`${copy.name}, ${t('card.serial', { serial: copy.serial, edition: copy.editionSize })}`}
              width={100}
              height={140}
              loading="lazy"
            />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The most bids that the page keeps. */
const MOST_BIDS = 200;

/** Bids of both lists, the first list's first, each once. */
function merged(newer: Bid[], known: Bid[]): Bid[] {
  const ids = new Set(newer.map(({ id }) => id));
  return [...newer, ...known.filter(({ id }) => !ids.has(id))].slice(0, MOST_BIDS);
}

function bidOf({ data, at }: FeedEvent<'auction.bid'>): Bid {
  return { id: data.bidId, bidderHandle: data.bidderHandle, price: data.price, maximum: null, at };
}

/** Sets the page's clock by the database's, which decides what is late, to within half a round trip. */
function useExactClock(auctionId: string): void {
  useEffect(() => {
    let gone = false;
    const sent = Date.now();
    browserApi()
      .auctions.get({ id: auctionId })
      .then(
        ({ serverTime }) => {
          if (!gone) setServerTime(Date.parse(serverTime), (sent + Date.now()) / 2);
        },
        // The clock of the page's own answer stays good enough.
        () => {},
      );
    return () => {
      gone = true;
    };
  }, [auctionId]);
}
