'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Field } from '@ece/ui/field';
import { formatEstimate } from '@ece/ui/money';
import { useCallback, useState } from 'react';
import { errorText } from '../../../data/error-text.ts';
import { estimatesOf } from '../../../data/estimates.ts';
import { type FoundCopies, findCopies } from '../../../data/find-copies.ts';
import type { Estimates, SearchHit } from '../../../data/types.ts';
import { useAnswer } from '../../../data/use-answer.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { Thumb } from '../../../parts/thumb.tsx';
import { copiesOf, type TradeCopy } from '../goods.ts';

interface PickerProps {
  label: string;
  owner: string;
  /** Mine cannot be given while they are for sale; others' can be asked for. */
  isMine: boolean;
  first: FoundCopies;
  chosen: readonly TradeCopy[];
  isFull: boolean;
  estimates: Estimates;
  onToggle(copy: TradeCopy): void;
  onEstimates(estimates: Estimates): void;
}

/** Somebody's collection to choose from: by words, a page after the other. */
export function Picker({ label, owner, first, onEstimates, ...rest }: PickerProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const words = typed.trim();
  const find = useCallback(
    async (ece: Ece, question: string, signal: AbortSignal) => {
      const found = await findCopies(ece, owner, question, { signal });
      onEstimates(await estimatesOf(ece, idsOf(found), signal));
      return found;
    },
    [owner, onEstimates],
  );
  const answered = useAnswer(words || undefined, find);
  const found = words ? answered?.answer : first;
  const isOld = Boolean(words) && answered?.question !== words;
  return (
    <div className="stack-s picker">
      <Field
        label={label}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder={t('trade.searchHint')}
        maxLength={100}
        autoComplete="off"
      />
      {answered?.error && !isOld && words && <Notice tone="bad">{errorText(t, answered.error)}</Notice>}
      {found && (
        <Found
          key={words ? answered!.question : ''}
          words={words ? answered!.question : ''}
          owner={owner}
          first={found}
          isOld={isOld}
          onEstimates={onEstimates}
          {...rest}
        />
      )}
      {!found && !answered?.error && <p className="small soft">{t('states.loading')}</p>}
    </div>
  );
}

function idsOf({ items }: FoundCopies): string[] {
  return items.map(({ id }) => id);
}

interface FoundProps extends Omit<PickerProps, 'label'> {
  words: string;
  /** Other words have been typed meanwhile. */
  isOld: boolean;
}

function Found({ words, owner, first, isOld, onEstimates, ...rest }: FoundProps) {
  const t = useT();
  const [further, setFurther] = useState<FoundCopies>({ items: [], nextCursor: first.nextCursor });
  const load = useCallback(
    async (ece: Ece, cursor: string) => {
      const page = await findCopies(ece, owner, words, { cursor });
      onEstimates(await estimatesOf(ece, idsOf(page)));
      return page;
    },
    [owner, words, onEstimates],
  );
  const call = useCall(load);
  const more = async (cursor: string) => {
    const page = await call.run(cursor);
    if (page) setFurther(({ items }) => ({ ...page, items: [...items, ...page.items] }));
  };
  const hits = [...new Map([...first.items, ...further.items].map((hit) => [hit.id, hit])).values()];
  if (hits.length === 0) {
    return <p className="soft picker-none">{t(words ? 'trade.noneFound' : 'trade.noneOwned', { words })}</p>;
  }
  return (
    <fieldset className="pick-list" data-old={isOld || undefined}>
      <legend className="hidden-text">{t('trade.cardsOf', { handle: owner })}</legend>
      {copiesOf(hits).map((copy) => (
        <Pick key={copy.id} copy={copy} hit={hits.find(({ id }) => id === copy.id)!} {...rest} />
      ))}
      {call.error && <Notice tone="bad">{call.error}</Notice>}
      {further.nextCursor && (
        <Button size="small" busy={call.busy} onClick={() => void more(further.nextCursor!)}>
          {t('states.more')}
        </Button>
      )}
    </fieldset>
  );
}

interface PickProps extends Pick<PickerProps, 'isMine' | 'chosen' | 'isFull' | 'estimates' | 'onToggle'> {
  copy: TradeCopy;
  hit: SearchHit;
}

function Pick({ copy, hit, isMine, chosen, isFull, estimates, onToggle }: PickProps) {
  const t = useT();
  const { locale } = useUi();
  const isChosen = chosen.some(({ id }) => id === copy.id);
  const bound = hit.listings > 0 ? 'listed' : hit.auctions > 0 ? 'auctioned' : undefined;
  const isOff = !isChosen && (isFull || (isMine && bound !== undefined));
  const estimate = estimates[copy.id];
  return (
    <label className="pick" data-off={isOff || undefined}>
      <input
        type="checkbox"
        className="pick-box"
        checked={isChosen}
        disabled={isOff}
        onChange={() => onToggle(copy)}
      />
      <Thumb copy={copy} silent />
      <span className="goods-text">
        <span>{copy.name}</span>
        <span className="small soft number">
          {t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
        </span>
        {bound && <span className="small pick-bound">{t(`trade.${bound}`)}</span>}
      </span>
      <span className="small number goods-value">
        {estimate
          ? t('trade.about', { amount: formatEstimate(estimate.value, locale) })
          : t('trade.notEstimated')}
      </span>
    </label>
  );
}
