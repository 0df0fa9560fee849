'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { Field } from '@ece/ui/field';
import { CloseIcon, UpIcon } from '@ece/ui/icons';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useState } from 'react';
import { errorText } from '../../../data/error-text.ts';
import { findCopies } from '../../../data/find-copies.ts';
import type { CopySummary } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useFresh } from '../../../data/use-fresh.ts';
import { useT } from '../../../i18n/client.tsx';
import { Thumb } from '../../../parts/thumb.tsx';
import { copiesOf, type TradeCopy } from '../../trades/goods.ts';

/** Copies of a showcase at the most. */
const MOST = 6;
/** Milliseconds without a key before what was typed is looked for. */
const PAUSE_MS = 200;

const save = (ece: Ece, copyIds: string[]) => ece.nfts.setShowcase({ copyIds });

interface EditorProps {
  handle: string;
  items: CopySummary[];
  open: boolean;
  onClose(): void;
}

/** Chooses what I show and in which order. */
export function ShowcaseEditor({ handle, items, open, onClose }: EditorProps) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const [chosen, setChosen] = useState<readonly TradeCopy[]>(items);
  const call = useCall(save);
  useEffect(() => {
    if (open) setChosen(items);
  }, [open, items]);
  const toggle = (copy: TradeCopy) =>
    setChosen((before) =>
      before.some(({ id }) => id === copy.id)
        ? before.filter(({ id }) => id !== copy.id)
        : [...before, copy].slice(0, MOST),
    );
  const forward = (index: number) =>
    setChosen((before) => [
      ...before.slice(0, index - 1),
      before[index]!,
      before[index - 1]!,
      ...before.slice(index + 1),
    ]);
  const submit = async () => {
    if (!(await call.run(chosen.map(({ id }) => id)))) return;
    toast({ tone: 'good', text: t('person.showcaseSaved') });
    onClose();
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('person.choose')}
      actions={
        <Button variant="primary" wide busy={call.busy} onClick={() => void submit()}>
          {t('person.save')}
        </Button>
      }
    >
      <p className="soft">{t('person.showcaseText', { count: MOST })}</p>
      {call.error && <Notice tone="bad">{call.error}</Notice>}
      <ol className="showcase-chosen">
        {chosen.map((copy, index) => (
          <li key={copy.id}>
            <Thumb copy={copy} silent />
            <span className="showcase-name">
              {copy.name} <span className="soft number">#{copy.serial}</span>
            </span>
            <Button
              variant="quiet"
              size="small"
              icon
              disabled={index === 0}
              aria-label={t('person.forward', { name: copy.name })}
              onClick={() => forward(index)}
            >
              <UpIcon />
            </Button>
            <Button
              variant="quiet"
              size="small"
              icon
              aria-label={t('person.takeOut', { name: copy.name })}
              onClick={() => toggle(copy)}
            >
              <CloseIcon />
            </Button>
          </li>
        ))}
      </ol>
      <Collection handle={handle} chosen={chosen} onToggle={toggle} />
    </Dialog>
  );
}

interface CollectionProps {
  handle: string;
  chosen: readonly TradeCopy[];
  onToggle(copy: TradeCopy): void;
}

/** My collection, by words. */
function Collection({ handle, chosen, onToggle }: CollectionProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const find = useCallback(
    (ece: Ece, words: string, signal: AbortSignal) => findCopies(ece, handle, words, { signal }),
    [handle],
  );
  const { answer, refusal } = useFresh(typed.trim(), find, { waitMs: PAUSE_MS });
  const copies = answer && copiesOf(answer.items);
  return (
    <>
      <Field
        label={t('person.search')}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        maxLength={100}
        autoComplete="off"
      />
      {refusal && <Notice tone="bad">{errorText(t, refusal)}</Notice>}
      {copies?.length === 0 && <p className="soft">{t('person.noneFound')}</p>}
      <fieldset className="showcase-list">
        <legend className="hidden-text">{t('person.collection')}</legend>
        {copies?.map((copy) => {
          const isChosen = chosen.some(({ id }) => id === copy.id);
          return (
            <label key={copy.id} className="showcase-pick">
              <input
                type="checkbox"
                checked={isChosen}
                disabled={!isChosen && chosen.length >= MOST}
                onChange={() => onToggle(copy)}
              />
              <Thumb copy={copy} silent />
              <span className="showcase-name">
                {copy.name} <span className="soft number">#{copy.serial}</span>
              </span>
            </label>
          );
        })}
      </fieldset>
    </>
  );
}
