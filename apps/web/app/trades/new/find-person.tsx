'use client';

import type { Ece } from '@ece/sdk/browser';
import { Avatar } from '@ece/ui/avatar';
import { Field } from '@ece/ui/field';
import Link from 'next/link';
import { useState } from 'react';
import { errorText } from '../../../data/error-text.ts';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/client.tsx';

const ask = async (ece: Ece, q: string, signal: AbortSignal) =>
  (await ece.search.suggest({ q, limit: 10 }, { signal })).people;

/** Chooses somebody to trade with. */
export function FindPerson({ me }: { me: string }) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const words = typed.trim();
  const answered = useAnswer(words || undefined, ask);
  const people = answered?.answer?.filter(({ handle }) => handle && handle !== me) ?? [];
  const isNothing = words && answered?.answer && answered.question === words && people.length === 0;
  return (
    <div className="panel stack find-person">
      <Field
        label={t('trade.findPerson')}
        hint={t('trade.findPersonHint')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        type="search"
        maxLength={60}
        autoComplete="off"
        error={answered?.error && errorText(t, answered.error)}
      />
      <div aria-live="polite">
        {isNothing && <p className="soft">{t('trade.nobody', { words })}</p>}
        {words && people.length > 0 && (
          <ul className="people">
            {people.map(({ id, handle, name }) => (
              <li key={id}>
                <Link className="people-one" href={`/trades/new?with=${handle}`} prefetch={false}>
                  <Avatar handle={handle!} />
                  <span>
                    <strong>{handle}</strong>
                    {name !== handle && <span className="small soft"> {name}</span>}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
