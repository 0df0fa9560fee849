import { buttonClass } from '@ece/ui/button-class';
import { Card } from '@ece/ui/card';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { Card as CardData } from '../data/types.ts';
import { getT } from '../i18n/server.ts';
import { QuickLink } from '../shell/quick-link.tsx';

/** What this is, for somebody who has never been here. */
export async function Hero({ cards }: { cards: CardData[] }) {
  const t = await getT();
  return (
    <section className="hero">
      <div className="wrap hero-row">
        <div className="hero-text">
          <h1>{t('home.headline')}</h1>
          <p className="hero-lead">{t('home.lead')}</p>
          <div className="row">
            <QuickLink href="/register" className={buttonClass({ variant: 'primary', size: 'large' })}>
              {t('home.start')}
            </QuickLink>
            <QuickLink href="/explore" className={buttonClass({ size: 'large' })}>
              {t('home.look')}
            </QuickLink>
          </div>
        </div>
        <div className="hero-cards">
          {cards.map((card) => (
            <Link key={card.id} href={`/cards/${card.id}`} prefetch={false}>
              <Card artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} eager />
            </Link>
          ))}
        </div>
      </div>
    </section>
  );
}

/** How it goes, in three steps. */
export async function Steps() {
  const t = await getT();
  const steps = [
    [t('home.stepFund'), t('home.stepFundText')],
    [t('home.stepWin'), t('home.stepWinText')],
    [t('home.stepOwn'), t('home.stepOwnText')],
  ] as const;
  return (
    <ol className="wrap section steps">
      {steps.map(([title, text], index) => (
        <li key={title}>
          <span className="steps-number" aria-hidden="true">
            {index + 1}
          </span>
          <h3>{title}</h3>
          <p className="soft">{text}</p>
        </li>
      ))}
    </ol>
  );
}
