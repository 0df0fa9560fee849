'use client';

import { Button } from '@ece/ui/button';
import { MoneyField } from '@ece/ui/field';
import { CloseIcon } from '@ece/ui/icons';
import { Price } from '@ece/ui/money';
import type { FoundCopies } from '../../../data/find-copies.ts';
import type { Estimates } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { Thumb } from '../../../parts/thumb.tsx';
import { feeOn } from '../../../parts/worth.ts';
import type { TradeCopy } from '../goods.ts';
import { cashOf, type DraftSide, MOST_COPIES, type SideName, toggled } from './draft.ts';
import { Picker } from './picker.tsx';

interface TableSideProps {
  name: SideName;
  side: DraftSide;
  /** Who gives this side. */
  owner: string;
  first: FoundCopies;
  estimates: Estimates;
  feeBasisPoints: number;
  cashFault: string | undefined;
  onChange(side: DraftSide): void;
  onEstimates(estimates: Estimates): void;
}

/** One side of the table: what lies on it, cash with its fee, and the collection to choose from. */
export function TableSide(props: TableSideProps) {
  const t = useT();
  const { name, side, owner, first, estimates, onChange, onEstimates } = props;
  const isMine = name === 'give';
  const toggle = (copy: TradeCopy) => onChange(toggled(side, copy));
  return (
    <section className="panel stack table-side" aria-label={t(isMine ? 'trade.youGive' : 'trade.youReceive')}>
      <div className="spread">
        <h2>{t(isMine ? 'trade.youGive' : 'trade.youReceive')}</h2>
        <span className="small soft number">{t('trade.cards', { count: side.copies.length })}</span>
      </div>
      <Tray copies={side.copies} onRemove={toggle} />
      <Cash {...props} />
      <Picker
        label={t(isMine ? 'trade.yourCards' : 'trade.theirCards', { handle: owner })}
        owner={owner}
        isMine={isMine}
        first={first}
        chosen={side.copies}
        isFull={side.copies.length >= MOST_COPIES}
        estimates={estimates}
        onToggle={toggle}
        onEstimates={onEstimates}
      />
    </section>
  );
}

function Tray({ copies, onRemove }: { copies: readonly TradeCopy[]; onRemove(copy: TradeCopy): void }) {
  const t = useT();
  return (
    <ul className="tray" aria-label={t('trade.onTable')}>
      {copies.length === 0 && <li className="tray-none small soft">{t('trade.trayNone')}</li>}
      {copies.map((copy) => (
        <li key={copy.id} className="tray-copy">
          <Thumb copy={copy} />
          <Button
            variant="secondary"
            size="small"
            icon
            className="tray-remove"
            aria-label={t('trade.remove', { card: `${copy.name} #${copy.serial}` })}
            onClick={() => onRemove(copy)}
          >
            <CloseIcon />
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Cash({ name, side, owner, feeBasisPoints, cashFault, onChange }: TableSideProps) {
  const t = useT();
  const cash = cashOf(side.cash);
  const words = { handle: owner, percent: feeBasisPoints / 100 };
  return (
    <div className="stack-s">
      <MoneyField
        label={t(name === 'give' ? 'trade.yourCash' : 'trade.theirCash', words)}
        value={side.cash}
        onChange={(event) => onChange({ ...side, cash: event.target.value })}
        error={cashFault}
      />
      <p className="small soft table-fee">
        {cash && cash !== '0' ? (
          <>
            {t(name === 'give' ? 'trade.feeMine' : 'trade.feeTheirs', words)}{' '}
            <Price amount={feeOn(cash, feeBasisPoints)} />
          </>
        ) : (
          t('trade.feeHint', words)
        )}
      </p>
    </div>
  );
}
