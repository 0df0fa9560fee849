'use client';

import type { FeedEvent } from '@ece/sdk/browser';
import { useState } from 'react';
import type { Auction } from '../data/types.ts';
import { useTopic } from '../live/feed.tsx';
import { afterEvent } from './lot.ts';

/**
 * An auction that changes as it happens. A newer answer of the server replaces what was known.
 * @param onEvent hears each event as well
 */
export function useAuction(first: Auction, onEvent?: (event: FeedEvent) => void): Auction {
  const [auction, setAuction] = useState(first);
  const [seen, setSeen] = useState(first);
  if (seen !== first) {
    setSeen(first);
    if (first.sequence >= auction.sequence) setAuction(first);
  }
  const isOver = first.state !== 'open' && first.state !== 'scheduled';
  useTopic(isOver ? undefined : `auction:${first.id}`, first.sequence, (event) => {
    setAuction((known) => afterEvent(known, event));
    onEvent?.(event);
  });
  return auction;
}
