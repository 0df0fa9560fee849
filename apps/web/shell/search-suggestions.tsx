'use client';

import { Avatar } from '@ece/ui/avatar';
import { SearchIcon } from '@ece/ui/icons';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { Suggestions } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';

interface Choice {
  href: string;
  name: string;
  detail?: string | null;
  artwork?: string | null;
  handle?: string | null;
}

export interface SuggestionGroup {
  name: 'sets' | 'cards' | 'people' | 'all';
  choices: Choice[];
}

/** What was suggested, by kind, with the page that each leads to. */
export function groupsOf({ sets, cards, people }: Suggestions): SuggestionGroup[] {
  const groups: SuggestionGroup[] = [
    {
      name: 'cards',
      choices: cards.map(({ id, name, setName, artworkUrl }) => ({
        href: `/cards/${id}`,
        name,
        detail: setName,
        artwork: artworkUrl,
      })),
    },
    {
      name: 'sets',
      choices: sets.map(({ id, name, setCode }) => ({ href: `/sets/${id}`, name, detail: setCode })),
    },
    {
      name: 'people',
      choices: people.map(({ handle, name }) => ({
        href: `/people/${handle}`,
        name,
        detail: handle,
        handle,
      })),
    },
  ];
  return groups.filter(({ choices }) => choices.length > 0);
}

interface SuggestionsProps {
  /** Of the listbox; its options are called `id-0` and so on. */
  id: string;
  groups: SuggestionGroup[];
  active: number;
  onChoose(): void;
  onPoint(index: number): void;
}

/** The options of the search, in groups. */
export function SearchSuggestions({ id, groups, active, onChoose, onPoint }: SuggestionsProps) {
  const t = useT();
  const starts = groups.map((_, at) =>
    groups.slice(0, at).reduce((sum, { choices }) => sum + choices.length, 0),
  );
  return groups.map(({ name, choices }, group) => (
    <fieldset
      key={name}
      className="search-group"
      aria-label={name === 'all' ? t('search.open') : t(`search.${name}`)}
    >
      {name !== 'all' && (
        <span className="search-head" aria-hidden="true">
          {t(`search.${name}`)}
        </span>
      )}
      {choices.map((choice, index) => {
        const at = starts[group]! + index;
        return (
          <Link
            key={choice.href}
            href={choice.href}
            prefetch={false}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            tabIndex={-1}
            className="search-choice"
            onClick={onChoose}
            onPointerMove={() => onPoint(at)}
          >
            {choice.artwork && (
              <img src={artworkPath(choice.artwork)} alt="" width={30} height={42} decoding="async" />
            )}
            {choice.handle && <Avatar handle={choice.handle} />}
            {name === 'all' && <SearchIcon />}
            <span className="search-name">{choice.name}</span>
            {choice.detail && <span className="small soft">{choice.detail}</span>}
          </Link>
        );
      })}
    </fieldset>
  ));
}
