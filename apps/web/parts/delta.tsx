'use client';

import './market.css';
import { useUi } from '@ece/ui/context';

/** By how much a price has changed: its sign says which way, and so does its colour. */
export function Delta({ percent }: { percent: number }) {
  const { locale } = useUi();
  const way = percent > 0 ? 'up' : percent < 0 ? 'down' : 'flat';
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return <span className={`delta delta-${way} number`}>{format.format(percent / 100)}</span>;
}
