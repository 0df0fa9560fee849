'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Field } from '@ece/ui/field';
import { formatEstimate } from '@ece/ui/money';
import { useCallback, useState } from 'react';
import { errorText } from '../../data/error-text.ts';
import { estimatesOf } from '../../data/estimates.ts';
import { type FoundCopies, findCopies } from '../../data/find-copies.ts';
import type { Estimates, SearchHit } from '../../data/types.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/client.tsx';
import { More } from '../../parts/more.tsx';
import { Thumb } from '../../parts/thumb.tsx';
import { copiesOf, type TradeCopy } from '../trades/goods.ts';

interface SellPickerProps {
  me: string;
  first: FoundCopies;
  chosen: readonly TradeCopy[];
  isFull: boolean;
  estimates: Estimates;
  onToggle(copy: TradeCopy): void;
  onAdd(copies: readonly TradeCopy[]): void;
  onEstimates(estimates: Estimates): void;
}

/** My collection to choose from, by words and page by page; what is bound cannot be chosen and says why. */
export function SellPicker({ me, first, onEstimates, ...rest }: SellPickerProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const words = typed.trim();
  const find = useCallback(
    async (ece: Ece, question: string, signal: AbortSignal) => {
      const found = await findCopies(ece, me, question, { signal });
      onEstimates(await estimatesOf(ece, idsOf(found), signal));
      return found;
    },
    [me, onEstimates],
  );
  const answered = useAnswer(words || undefined, find);
  const found = words ? (answered?.answer ?? first) : first;
  const question = words && answered?.answer ? answered.question : '';
  const load = useCallback(
    async (ece: Ece, cursor: string) => {
      const page = await findCopies(ece, me, question, { cursor });
      onEstimates(await estimatesOf(ece, idsOf(page)));
      return page;
    },
    [me, question, onEstimates],
  );
  return (
    <div className="stack sell-copies">
      <Field
        label={t('sell.search')}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        maxLength={100}
        autoComplete="off"
      />
      {words && answered?.error && <Notice tone="bad">{errorText(t, answered.error)}</Notice>}
      <div data-old={(words !== '' && answered?.question !== words) || undefined} className="sell-found">
        <More first={found} load={load}>
          {(hits) => <Hits hits={hits} {...rest} />}
        </More>
      </div>
    </div>
  );
}

function idsOf({ items }: FoundCopies): string[] {
  return items.map(({ id }) => id);
}

/** Whether a copy is for sale already, as the search knows it; the exchange has the last word. */
function boundBy({ listings, auctions }: SearchHit): 'listed' | 'auctioned' | undefined {
  return listings > 0 ? 'listed' : auctions > 0 ? 'auctioned' : undefined;
}

type HitsProps = Omit<SellPickerProps, 'me' | 'first' | 'onEstimates'> & { hits: SearchHit[] };

function Hits({ hits, chosen, isFull, estimates, onToggle, onAdd }: HitsProps) {
  const t = useT();
  const { locale } = useUi();
  const copies = copiesOf(hits);
  if (copies.length === 0) return <p className="soft">{t('sell.noneFound')}</p>;
  const bound = new Map(hits.map((hit) => [hit.id, boundBy(hit)]));
  const free = copies.filter(({ id }) => !bound.get(id));
  const isAll = free.every(({ id }) => chosen.some((each) => each.id === id));
  return (
    <fieldset className="sell-list">
      <legend className="hidden-text">{t('sell.choose')}</legend>
      {free.length > 1 && (
        <div className="row">
          <Button size="small" disabled={isAll || isFull} onClick={() => onAdd(free)}>
            {t('sell.all', { count: free.length })}
          </Button>
        </div>
      )}
      <div className="sell-grid">
        {copies.map((copy) => {
          const isChosen = chosen.some(({ id }) => id === copy.id);
          const reason = bound.get(copy.id);
          const isOff = !isChosen && (isFull || reason !== undefined);
          const estimate = estimates[copy.id];
          return (
            <label key={copy.id} className="sell-copy" data-off={isOff || undefined}>
              <input
                type="checkbox"
                checked={isChosen}
                disabled={isOff}
                onChange={() => onToggle(copy)}
                className="sell-box"
              />
              <Thumb copy={copy} silent />
              <span className="sell-name">
                <span className="tile-name">{copy.name}</span>
                <span className="small soft number">
                  {t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
                </span>
                <span className="small number soft">
                  {reason
                    ? t(`sell.${reason}`)
                    : estimate
                      ? t('sell.about', { amount: formatEstimate(estimate.value, locale) })
                      : t('sell.noEstimate')}
                </span>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
