import '../parts/market.css';
import { formatAmount } from '@ece/ui/amount';
import { Price } from '@ece/ui/money';
import { Sparkline } from '@ece/ui/sparkline';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { Mover } from '../data/types.ts';
import { getLanguage, getT } from '../i18n/server.ts';
import { Delta } from '../parts/delta.tsx';

const WINDOWS = ['24h', '7d'] as const;

/** The cards whose price has changed most, each with the line of its price. */
export async function Movers({ movers, window }: { movers: Mover[]; window: (typeof WINDOWS)[number] }) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  return (
    <section className="wrap section" aria-labelledby="movers">
      <div className="spread">
        <h2 id="movers">{t('market.movers')}</h2>
        <nav className="choices" aria-label={t('market.range')}>
          {WINDOWS.map((each) => (
            <Link
              key={each}
              className="choice choice-link"
              href={each === '24h' ? '/' : '/?movers=7d'}
              aria-current={each === window ? 'true' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(`market.window${each}`)}
            </Link>
          ))}
        </nav>
      </div>
      {movers.length === 0 ? (
        <p className="soft">{t('market.moversNone')}</p>
      ) : (
        <ul className="movers">
          {movers.map(({ card, price, change, sparkline }) => (
            <li key={card.id}>
              <Link className="mover panel" href={`/cards/${card.id}`} prefetch={false}>
                <img
                  src={artworkPath(card.artworkUrl)}
                  alt=""
                  width={60}
                  height={84}
                  loading="lazy"
                  decoding="async"
                />
                <span className="mover-text">
                  <span className="tile-name">{card.name}</span>
                  <span className="small soft tile-name">{card.setName}</span>
                  <span className="mover-price">
                    <Price amount={price} />
                    <Delta percent={change.percent} />
                  </span>
                </span>
                <span className="mover-line">
                  <Sparkline
                    values={sparkline.map(Number)}
                    label={t('market.moverLine', {
                      name: card.name,
                      from: formatAmount(change.from, language),
                      to: formatAmount(price, language),
                    })}
                  />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
