'use client';

import { StatePill, type Tone } from '@ece/ui/badge';
import type { TradeOffer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';

const TONES: Record<TradeOffer['state'], Tone> = {
  open: 'info',
  accepted: 'good',
  declined: 'bad',
  withdrawn: 'neutral',
  countered: 'neutral',
  expired: 'neutral',
  void: 'warn',
};

/** The state of a trade offer in a word or two: of an open one, whose turn it is. */
export function TradePill({ state, isReceived }: { state: TradeOffer['state']; isReceived: boolean }) {
  const t = useT();
  if (state !== 'open') return <StatePill tone={TONES[state]}>{t(`trade.${state}`)}</StatePill>;
  return (
    <StatePill tone={isReceived ? 'live' : 'info'}>
      {t(isReceived ? 'trade.yourTurn' : 'trade.waiting')}
    </StatePill>
  );
}
