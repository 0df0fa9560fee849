'use client';

import './market.css';
import type { Ece } from '@ece/sdk/browser';
import { useUi } from '@ece/ui/context';
import { type ChartBucket, PriceChart } from '@ece/ui/price-chart';
import { useState } from 'react';
import { errorText } from '../data/error-text.ts';
import type { CardSeries } from '../data/types.ts';
import { useFresh } from '../data/use-fresh.ts';
import { useT } from '../i18n/client.tsx';
import { bucketsOf, FIRST_RANGE, RANGES, type Range } from './series.ts';

interface PriceHistoryProps {
  kind: 'card' | 'set';
  id: string;
  name: string;
  /** The series of the first range. */
  first: CardSeries;
}

/** What was paid, asked and turned over in the course of time. Each new `first` brings it up to date. */
export function PriceHistory({ kind, id, name, first }: PriceHistoryProps) {
  const t = useT();
  const [range, setRange] = useState<Range>(FIRST_RANGE);
  const key = `${kind} ${id} ${range} ${first.to}`;
  const fresh = useFresh<CardSeries>(key, askSeries, range === FIRST_RANGE ? { known: first } : {});
  const series = range === FIRST_RANGE ? first : (fresh.answer ?? first);
  return (
    <section className="panel stack" aria-labelledby="price-history">
      <div className="spread">
        <h2 id="price-history">{t(kind === 'set' ? 'market.setHistory' : 'market.history')}</h2>
        <fieldset className="choices">
          <legend className="hidden-text">{t('market.range')}</legend>
          {RANGES.map((each) => (
            <button
              key={each}
              type="button"
              className="choice"
              aria-pressed={each === range}
              onClick={() => setRange(each)}
            >
              {t(`market.range${each}`)}
            </button>
          ))}
        </fieldset>
      </div>
      {fresh.refusal ? (
        <p className="soft price-history-none" role="alert">
          {errorText(t, fresh.refusal)}
        </p>
      ) : (
        <History kind={kind} name={name} series={series} dimmed={fresh.loading} />
      )}
    </section>
  );
}

function askSeries(ece: Ece, key: string, signal: AbortSignal) {
  const [kind, id = '', range] = key.split(' ');
  const query = { id, range: range as Range };
  return kind === 'set'
    ? ece.marketdata.setSeries(query, { signal })
    : ece.marketdata.cardSeries(query, { signal });
}

interface HistoryProps extends Pick<PriceHistoryProps, 'kind' | 'name'> {
  series: CardSeries;
  dimmed: boolean;
}

function History({ kind, name, series, dimmed }: HistoryProps) {
  const t = useT();
  const { locale } = useUi();
  const [pointed, setPointed] = useState<ChartBucket>();
  const all = bucketsOf(series);
  // Prices of a set jump from card to card; its floor and what is turned over are what can be compared.
  const buckets = kind === 'set' ? all.map((bucket) => ({ ...bucket, price: null })) : all;
  if (buckets.length < 2) return <p className="soft price-history-none">{t('market.noHistory')}</p>;
  const isHourly = series.bucket === 'hour';
  const date = (start: string) => {
    const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return `${day.format(new Date(start))}${isHourly ? `, ${start.slice(11, 16)}` : ''}`;
  };
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const say = (value: number | null) => (value === null ? t('market.none') : number.format(value));
  const shown = pointed ?? buckets.at(-1)!;
  const sales = (bucket: ChartBucket) => t('market.sales', { count: bucket.sales });
  return (
    <div className="stack-s" data-dimmed={dimmed || undefined}>
      <dl className="chart-legend number">
        <div>
          <dt>{t('market.at')}</dt>
          <dd>{date(shown.start)}</dd>
        </div>
        {kind === 'card' && (
          <div className="chart-legend-price">
            <dt>{t('market.price')}</dt>
            <dd>{say(shown.price)}</dd>
          </div>
        )}
        <div className="chart-legend-floor">
          <dt>{t('market.floor')}</dt>
          <dd>{say(shown.floor)}</dd>
        </div>
        <div className="chart-legend-volume">
          <dt>{t('market.volume')}</dt>
          <dd>
            {say(shown.volume)} <span className="soft">({sales(shown)})</span>
          </dd>
        </div>
      </dl>
      <PriceChart
        buckets={buckets}
        label={t(kind === 'set' ? 'market.setChart' : 'market.chart', { name })}
        date={date}
        amount={(value) => number.format(value)}
        describe={(bucket) =>
          t(kind === 'set' ? 'market.setPoint' : 'market.point', {
            date: date(bucket.start),
            price: say(bucket.price),
            floor: say(bucket.floor),
            volume: say(bucket.volume),
            sales: sales(bucket),
          })
        }
        onPoint={setPointed}
      />
      <p className="small soft">{t(kind === 'set' ? 'market.setUtc' : 'market.utc')}</p>
    </div>
  );
}
