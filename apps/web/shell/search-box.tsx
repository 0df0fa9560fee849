'use client';

import type { Ece } from '@ece/sdk/browser';
import { Button } from '@ece/ui/button';
import { CloseIcon, SearchIcon } from '@ece/ui/icons';
import { usePathname, useRouter } from 'next/navigation';
import { type FormEvent, type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useFresh } from '../data/use-fresh.ts';
import { useT } from '../i18n/client.tsx';
import { groupsOf, SearchSuggestions, type SuggestionGroup } from './search-suggestions.tsx';

/** Milliseconds without a key before suggestions are asked for. */
const PAUSE_MS = 120;
const MOST = 4;

const ask = (ece: Ece, q: string, signal: AbortSignal) => ece.search.suggest({ q, limit: MOST }, { signal });

/** Where a search for words leads. */
const searchPath = (words: string) => `/explore?${new URLSearchParams({ q: words })}`;

/**
 * The search of every page: a combobox as WAI-ARIA describes it. `/` leads to it; the arrows go through the
 * suggestions, Enter opens one or searches for what was typed, Escape closes the list and then empties the
 * field. On narrow screens it opens over the header.
 */
export function SearchBox() {
  const t = useT();
  const router = useRouter();
  const path = usePathname();
  const id = useId();
  const frame = useRef<HTMLFormElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(false);
  const [active, setActive] = useState(-1);
  const words = typed.trim();
  const fresh = useFresh(open && words ? words : undefined, ask, { waitMs: PAUSE_MS });
  const groups = fresh.answer ? groupsOf(fresh.answer) : [];
  const all: SuggestionGroup = {
    name: 'all',
    choices: [{ href: searchPath(words), name: t('search.all', { words }) }],
  };
  const choices = [...groups, all].flatMap((group) => group.choices);
  const isListed = open && words !== '';

  const close = () => {
    setOpen(false);
    setActive(-1);
    setShown(false);
  };
  const show = useCallback(() => {
    // The next key must find the field there already.
    flushSync(() => setShown(true));
    input.current?.focus();
    input.current?.select();
  }, []);
  const leave = () => {
    close();
    setTyped('');
    input.current?.blur();
  };
  const go = (href: string) => {
    leave();
    router.push(href);
  };
  useEffect(() => {
    setOpen(false);
    setShown(false);
  }, [path]);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isTyping = target.closest('input, textarea, select, [contenteditable], dialog');
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      event.preventDefault();
      show();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [show]);
  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && words) {
      event.preventDefault();
      setOpen(true);
      // One more place than there are choices: the field itself.
      const places = choices.length + 1;
      setActive((now) => ((now + 1 + step + places) % places) - 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (isListed) {
        setOpen(false);
        setActive(-1);
      } else {
        setTyped('');
        setShown(false);
        if (!typed) input.current?.blur();
      }
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = isListed ? choices[active] : undefined;
    if (chosen) go(chosen.href);
    else if (words) go(searchPath(words));
  };
  const said = fresh.refusal
    ? t('search.failed')
    : fresh.loading || !fresh.answer
      ? ''
      : groups.length === 0
        ? t('search.none')
        : t('search.found', { count: choices.length - 1 });
  return (
    <>
      <Button
        className="search-open"
        variant="quiet"
        size="small"
        icon
        aria-label={t('search.open')}
        aria-expanded={shown}
        onClick={show}
      >
        <SearchIcon />
      </Button>
      <search className="search" data-shown={shown || undefined}>
        <form
          ref={frame}
          action="/explore"
          onSubmit={submit}
          onBlur={(event) => {
            if (!frame.current?.contains(event.relatedTarget)) close();
          }}
        >
          <SearchIcon />
          <input
            ref={input}
            className="search-input"
            type="search"
            name="q"
            role="combobox"
            aria-label={t('search.label')}
            placeholder={t('search.placeholder')}
            aria-autocomplete="list"
            aria-expanded={isListed}
            aria-controls={`${id}-list`}
            aria-activedescendant={isListed && active >= 0 ? `${id}-${active}` : undefined}
            aria-keyshortcuts="/"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            enterKeyHint="search"
            maxLength={200}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setOpen(true);
              setActive(-1);
            }}
            onFocus={() => setOpen(true)}
            onClick={() => setOpen(true)}
            onKeyDown={onKeyDown}
          />
          <span className="search-key" aria-hidden="true">
            /
          </span>
          <Button
            className="search-close"
            variant="quiet"
            size="small"
            icon
            aria-label={t('ui.close')}
            onClick={() => {
              setTyped('');
              close();
            }}
          >
            <CloseIcon />
          </Button>
          <span className="hidden-text" role="status">
            {isListed ? said : ''}
          </span>
          <div
            id={`${id}-list`}
            className="search-list"
            role="listbox"
            aria-label={t('search.suggestions')}
            hidden={!isListed}
            // The field keeps the focus while a choice is pressed.
            onMouseDown={(event) => event.preventDefault()}
          >
            {(fresh.refusal || (fresh.answer && groups.length === 0 && !fresh.loading)) && (
              <p className="search-note small soft" aria-hidden="true">
                {said}
              </p>
            )}
            <SearchSuggestions
              id={id}
              groups={[...groups, all]}
              active={active}
              onChoose={leave}
              onPoint={setActive}
            />
          </div>
        </form>
      </search>
    </>
  );
}
