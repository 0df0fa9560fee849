'use client';

import { useUi } from '@ece/ui/context';
import { formatEstimate, Price } from '@ece/ui/money';
import { useT } from '../../i18n/client.tsx';
import { balanceOf, leastConfidence, type Worth } from '../../parts/worth.ts';

interface BalanceProps {
  give: Worth;
  receive: Worth;
  handle: string;
}

const WORDS = { me: 'trade.favoursMe', them: 'trade.favoursThem', nobody: 'trade.even' } as const;

/** What both sides are worth by the estimates, and whom that favours. */
export function Balance({ give, receive, handle }: BalanceProps) {
  const t = useT();
  const { locale } = useUi();
  const { difference, favours, share } = balanceOf(give.value, receive.value);
  const confidence = leastConfidence([give.confidence, receive.confidence]);
  const unknown = give.unknown + receive.unknown;
  const isEmpty = unknown === 0 && Number(give.value) === 0 && Number(receive.value) === 0;
  return (
    <section className="stack-s balance">
      <h2>{t('trade.balance')}</h2>
      <div className="balance-sides">
        <Side label={t('trade.youGive')} worth={give} />
        <Side label={t('trade.youReceive')} worth={receive} />
      </div>
      <svg className="balance-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="balance-mine" width={share} height="4" />
        <rect className="balance-theirs" x={share} width={100 - share} height="4" />
        <rect className="balance-middle" x="49.8" width="0.4" height="4" />
      </svg>
      <p className="balance-verdict" aria-live="polite">
        {isEmpty
          ? t('trade.emptyTable')
          : t(WORDS[favours], { amount: formatEstimate(difference, locale), handle })}
      </p>
      {!isEmpty && (
        <p className="small soft">
          {confidence ? t(`trade.${confidence}Confidence`) : t('trade.noEstimates')}
          {unknown > 0 && ` ${t('trade.unknownCards', { count: unknown })}`}
        </p>
      )}
    </section>
  );
}

function Side({ label, worth }: { label: string; worth: Worth }) {
  const t = useT();
  const { locale } = useUi();
  return (
    <div className="stack-s">
      <span className="small soft">{label}</span>
      <Price amount={worth.value} estimated />
      <span className="small soft number">
        {worth.low === worth.high
          ? ' '
          : t('trade.range', {
              low: formatEstimate(worth.low, locale),
              high: formatEstimate(worth.high, locale),
            })}
      </span>
    </div>
  );
}
