'use client';

import './sell.css';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { Tabs } from '@ece/ui/tabs';
import { useCallback, useState } from 'react';
import type { FoundCopies } from '../../data/find-copies.ts';
import type { Estimates } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { Thumb } from '../../parts/thumb.tsx';
import type { TradeCopy } from '../trades/goods.ts';
import { AuctionTerms } from './auction-terms.tsx';
import { BulkTerms } from './bulk-terms.tsx';
import { ListingTerms } from './listing-terms.tsx';
import { SellPicker } from './sell-picker.tsx';

/** Copies that one call lists at the most, and copies of one lot. */
export const MOST = 100;
const MOST_IN_LOT = 50;

interface SellFormProps {
  me: string;
  /** The first page of my copies. */
  first: FoundCopies;
  /** Copies that were asked for by the address. */
  initial: TradeCopy[];
  estimates: Estimates;
  way: 'auction' | 'listing';
}

/** Chooses copies and the way of selling them: each at a price, or all as one lot. */
export function SellForm({ me, first, initial, estimates: known, way }: SellFormProps) {
  const t = useT();
  const [chosen, setChosen] = useState<readonly TradeCopy[]>(initial);
  const [estimates, setEstimates] = useState(known);
  const learn = useCallback((more: Estimates) => setEstimates((before) => ({ ...before, ...more })), []);
  const toggle = useCallback(
    (copy: TradeCopy) =>
      setChosen((before) =>
        before.some(({ id }) => id === copy.id)
          ? before.filter(({ id }) => id !== copy.id)
          : [...before, copy].slice(0, MOST),
      ),
    [],
  );
  const add = useCallback(
    (copies: readonly TradeCopy[]) =>
      setChosen((before) =>
        [...new Map([...before, ...copies].map((copy) => [copy.id, copy])).values()].slice(0, MOST),
      ),
    [],
  );
  const key = chosen.map(({ id }) => id).join();
  return (
    <div className="sell">
      <SellPicker
        me={me}
        first={first}
        chosen={chosen}
        isFull={chosen.length >= MOST}
        estimates={estimates}
        onToggle={toggle}
        onAdd={add}
        onEstimates={learn}
      />
      <section id="terms" className="panel stack sell-terms" aria-label={t('sell.way')}>
        <Chosen chosen={chosen} onClear={() => setChosen([])} />
        {chosen.length > 0 && (
          <Tabs
            label={t('sell.way')}
            initial={way}
            tabs={[
              {
                value: 'auction',
                label: t('sell.auction'),
                content:
                  chosen.length > MOST_IN_LOT ? (
                    <p className="soft">{t('sell.lotTooLarge', { count: MOST_IN_LOT })}</p>
                  ) : (
                    <AuctionTerms key={key} copies={chosen} estimates={estimates} />
                  ),
              },
              {
                value: 'listing',
                label: t('sell.listing'),
                content:
                  chosen.length === 1 ? (
                    <ListingTerms key={key} copy={chosen[0]!} estimate={estimates[chosen[0]!.id]} />
                  ) : (
                    <BulkTerms chosen={chosen} estimates={estimates} onRemove={toggle} />
                  ),
              },
            ]}
          />
        )}
      </section>
      {chosen.length > 0 && (
        <a href="#terms" className={`sell-jump ${buttonClass({ variant: 'primary', size: 'large' })}`}>
          {t('sell.toTerms', { count: chosen.length })}
        </a>
      )}
    </div>
  );
}

/** What is being sold, in a line. */
function Chosen({ chosen, onClear }: { chosen: readonly TradeCopy[]; onClear(): void }) {
  const t = useT();
  const [only] = chosen;
  if (!only) {
    return (
      <div className="stack-s">
        <h2>{t('sell.choose')}</h2>
        <p className="soft">{t('sell.chooseText', { count: MOST })}</p>
      </div>
    );
  }
  if (chosen.length === 1) {
    return (
      <div className="sell-one">
        <Thumb copy={only} silent />
        <h2>
          {only.name} <span className="soft number">#{only.serial}</span>
        </h2>
      </div>
    );
  }
  return (
    <div className="spread">
      <h2 aria-live="polite">{t('sell.chosen', { count: chosen.length })}</h2>
      <Button size="small" variant="quiet" onClick={onClear}>
        {t('sell.clear')}
      </Button>
    </div>
  );
}
