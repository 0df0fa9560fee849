import './set.css';
import { buttonClass } from '@ece/ui/button-class';
import { Price } from '@ece/ui/money';
import Link from 'next/link';
import type { Completion } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';

/** How far somebody has come with a set, and what the rest costs now. */
export async function Progress({ completion }: { completion: Completion }) {
  const t = await getT();
  const { owned, cards, costToComplete, unlisted } = completion;
  const isDone = owned === cards;
  return (
    <section className="panel set-progress" aria-labelledby="set-progress">
      <div className="stack-s">
        <h2 id="set-progress">{t('completion.title')}</h2>
        <p>{isDone ? t('completion.done') : t('completion.have', { count: cards, owned })}</p>
      </div>
      {!isDone && (
        <div className="set-progress-cost">
          <span className="small soft">{t('completion.cost')}</span>
          <Price amount={costToComplete} size="large" />
          {unlisted > 0 && (
            <span className="small soft">{t('completion.unlisted', { count: unlisted })}</span>
          )}
        </div>
      )}
      <progress
        className="set-progress-bar"
        max={cards}
        value={owned}
        aria-label={t('completion.progress')}
      />
    </section>
  );
}

/** The way to it for somebody who is not signed in. */
export async function SignInForProgress({ path }: { path: string }) {
  const t = await getT();
  return (
    <p>
      <Link
        className={buttonClass({ size: 'small' })}
        href={`/sign-in?next=${encodeURIComponent(path)}`}
        prefetch={false}
      >
        {t('completion.signIn')}
      </Link>
    </p>
  );
}
