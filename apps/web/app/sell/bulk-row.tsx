'use client';

import { StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { MoneyField } from '@ece/ui/field';
import { CloseIcon } from '@ece/ui/icons';
import { formatAmount } from '@ece/ui/money';
import Link from 'next/link';
import { useT } from '../../i18n/client.tsx';
import { Thumb } from '../../parts/thumb.tsx';
import type { TradeCopy } from '../trades/goods.ts';

/** What became of a row. */
export type RowState = { kind: 'listed' } | { kind: 'refused'; reason: string };

interface BulkRowProps {
  copy: TradeCopy;
  /** The price as it stands in the field. */
  text: string;
  receives: string | undefined;
  fault: string | undefined;
  state: RowState | undefined;
  onText(text: string): void;
  onRemove(): void;
}

/** One of many copies, with its price and what it brings, or what became of it. */
export function BulkRow({ copy, text, receives, fault, state, onText, onRemove }: BulkRowProps) {
  const t = useT();
  const { locale } = useUi();
  const name = `${copy.name} #${copy.serial}`;
  const isListed = state?.kind === 'listed';
  return (
    <li className="bulk-row">
      <Thumb copy={copy} silent />
      <span className="sell-name">
        <span className="tile-name">{copy.name}</span>
        <span className="small soft number">
          {t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
        </span>
        {!isListed && receives && (
          <span className="small soft number">
            {t('sell.youReceive', { amount: formatAmount(receives, locale) })}
          </span>
        )}
      </span>
      {isListed ? (
        <Link href={`/copies/${copy.id}`} className="bulk-done">
          <StatePill tone="good">{t('sell.isListed')}</StatePill>
        </Link>
      ) : (
        <>
          <span className="bulk-price">
            <MoneyField
              label={t('sell.priceOf', { name })}
              value={text}
              error={fault}
              onChange={(event) => onText(event.target.value)}
            />
          </span>
          <Button
            variant="quiet"
            size="small"
            icon
            aria-label={t('sell.remove', { name })}
            onClick={onRemove}
          >
            <CloseIcon />
          </Button>
        </>
      )}
      {state?.kind === 'refused' && <span className="small bulk-refused">{state.reason}</span>}
    </li>
  );
}
