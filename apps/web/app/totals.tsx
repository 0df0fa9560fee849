import '../parts/market.css';
import { Price } from '@ece/ui/money';
import type { MarketTotals } from '../data/types.ts';
import { getLanguage, getT } from '../i18n/server.ts';

const DAY_MS = 86_400_000;

/** What the whole exchange turns over, and by how many. */
export async function Totals({ totals }: { totals: MarketTotals }) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  const number = new Intl.NumberFormat(language);
  const { windows, days, supply, holders, listed } = totals;
  const today = days.at(-1);
  const isToday = today?.start.slice(0, 10) === new Date().toISOString().slice(0, 10);
  const figures = [
    {
      name: t('market.volume24h'),
      value: <Price amount={windows['24h'].volume} />,
      more: t('market.sales', { count: windows['24h'].sales }),
    },
    {
      name: t('market.volume30d'),
      value: <Price amount={windows['30d'].volume} />,
      more: t('market.sales', { count: windows['30d'].sales }),
    },
    {
      name: t('market.traders'),
      value: number.format(isToday ? today.traders : 0),
      more: t('market.tradersText'),
    },
    { name: t('market.collectors'), value: number.format(holders) },
    { name: t('market.copies'), value: number.format(supply) },
    { name: t('market.listed'), value: number.format(listed) },
  ];
  return (
    <section className="wrap section" aria-labelledby="exchange">
      <h2 id="exchange" className="hidden-text">
        {t('market.exchange')}
      </h2>
      <div className="panel exchange">
        <dl className="figures">
          {figures.map(({ name, value, more }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span className="number">{value}</span>
                {more && <span className="small soft">{more}</span>}
              </dd>
            </div>
          ))}
        </dl>
        <figure className="exchange-days">
          <DailyVolume days={days} />
          <figcaption className="small soft">{t('market.dailyVolume')}</figcaption>
        </figure>
      </div>
    </section>
  );
}

/** A bar for each of the last thirty days. */
function DailyVolume({ days }: { days: MarketTotals['days'] }) {
  const most = Math.max(...days.map(({ volume }) => Number(volume)), Number.MIN_VALUE);
  const last = Math.floor(Date.now() / DAY_MS);
  return (
    <svg className="exchange-bars" viewBox="0 0 300 60" preserveAspectRatio="none" aria-hidden="true">
      {days.map(({ start, volume }) => {
        const place = 29 - (last - Math.floor(Date.parse(start) / DAY_MS));
        const height = (Number(volume) / most) * 58;
        return <rect key={start} x={place * 10 + 1} width="8" y={60 - height} height={height} rx="1" />;
      })}
    </svg>
  );
}
