'use client';

import './sales.css';
import { Price } from '@ece/ui/money';
import { RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { artworkPath } from '../data/artwork.ts';
import { browserApi } from '../data/browser.ts';
import type { Sale } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';
import { isEvent, useTopic } from '../live/feed.tsx';

/** At most one look at the sales in this time, however busy the market is. */
const PAUSE_MS = 1000;

interface LiveSalesProps {
  first: Sale[];
  limit: number;
  /** Only the sales of this card. */
  cardId?: string;
}

/** The latest sales, newest first, as they happen. */
export function LiveSales({ first, limit, cardId }: LiveSalesProps) {
  const t = useT();
  const [sales, setSales] = useState(first);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useTopic(cardId ? `card:${cardId}` : 'market', undefined, (event) => {
    if (!isEvent(event, 'sale.completed') || timer.current) return;
    timer.current = setTimeout(async () => {
      timer.current = undefined;
      const latest = await browserApi()
        .market.listSales({ limit, ...(cardId && { cardId }) })
        .catch(() => undefined);
      if (latest) setSales(latest.items);
    }, PAUSE_MS);
  });
  return (
    <ul className="sales">
      {sales.map((sale) => (
        <li key={sale.id}>
          <Link href={`/copies/${sale.copy.id}`} className="sale" prefetch={false}>
            <img
              src={artworkPath(sale.copy.artworkUrl)}
              alt=""
              width={40}
              height={56}
              loading="lazy"
              decoding="async"
            />
            <span className="sale-text">
              <span className="tile-name">
                {sale.copy.name} <span className="soft number">#{sale.copy.serial}</span>
              </span>
              <span className="small soft">
                {t(`sale.${sale.venue}`)} · <RelativeTime at={sale.at} />
              </span>
            </span>
            <Price amount={sale.price} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
