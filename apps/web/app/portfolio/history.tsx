import { Chart } from '@ece/ui/chart';
import Link from 'next/link';
import type { PortfolioDay } from '../../data/types.ts';
import { getLanguage, getT } from '../../i18n/server.ts';
import { addressOf, type PortfolioQuery, RANGES } from './query.ts';

/** What the collection was worth at the end of each day. */
export async function History({ query, points }: { query: PortfolioQuery; points: PortfolioDay[] }) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const say = (amount: string) => format.format(amount as Intl.StringNumericLiteral);
  const [first, last] = [points[0], points.at(-1)];
  return (
    <section className="panel stack" aria-labelledby="value-history">
      <div className="spread">
        <h2 id="value-history">{t('portfolio.history')}</h2>
        <nav className="row" aria-label={t('portfolio.range')}>
          {RANGES.map((range) => (
            <Link
              key={range}
              className="filter"
              href={addressOf({ ...query, range })}
              aria-current={range === query.range ? 'true' : undefined}
              scroll={false}
              prefetch={false}
            >
              {t(`portfolio.range${range}`)}
            </Link>
          ))}
        </nav>
      </div>
      {first && last && points.length > 1 ? (
        <Chart
          points={points.map(({ day, value }) => ({ at: day, value: Number(value) }))}
          label={t('portfolio.historyLabel', { from: say(first.value), to: say(last.value) })}
        />
      ) : (
        <p className="soft">{t('portfolio.noHistory')}</p>
      )}
    </section>
  );
}
