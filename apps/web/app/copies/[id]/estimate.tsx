import '../../../parts/market.css';
import { formatEstimate } from '@ece/ui/amount';
import { StatePill } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import type { EstimateAnswer } from '../../../data/types.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';

const TONES = { high: 'good', medium: 'info', low: 'warn' } as const;

/** What a copy is probably worth: how that was reckoned, how sure it is, and by which sales. */
export async function EstimatePanel({ answer }: { answer: EstimateAnswer }) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  const { estimate, comparables } = answer;
  if (!estimate) {
    return (
      <section className="panel stack-s" aria-labelledby="estimate">
        <h2 id="estimate">{t('market.estimate')}</h2>
        <p className="soft">{t('market.noEstimate')}</p>
      </section>
    );
  }
  const { value, low, high, confidence, method, sales, serialFactor } = estimate;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return (
    <section className="panel stack-s" aria-labelledby="estimate">
      <div className="spread">
        <h2 id="estimate">{t('market.estimate')}</h2>
        <StatePill tone={TONES[confidence]}>{t(`market.${confidence}Confidence`)}</StatePill>
      </div>
      <Price amount={value} size="large" estimated />
      <Span low={Number(low)} value={Number(value)} high={Number(high)} />
      <p className="small soft">
        {t('market.estimateRange', {
          low: formatEstimate(low, language),
          high: formatEstimate(high, language),
        })}
      </p>
      <p className="small soft">
        {t(`market.method_${method}`, { count: sales })}.{' '}
        {serialFactor !== 1 && t('market.serialFactor', { factor: number.format(serialFactor) })}
      </p>
      {comparables.length > 0 && (
        <details>
          <summary className="small">{t('market.comparables')}</summary>
          <Table
            caption={t('market.comparables')}
            head={[
              { key: 'serial', label: t('item.serial') },
              { key: 'when', label: t('orders.when') },
              { key: 'weight', label: t('market.weight'), end: true },
              { key: 'price', label: t('item.price'), end: true },
            ]}
          >
            {comparables.map(({ copyId, serial, price, at, weight }) => (
              <tr key={copyId}>
                <td className="number">
                  <Link href={`/copies/${copyId}`} prefetch={false}>
                    #{serial}
                  </Link>
                </td>
                <td className="soft">
                  <RelativeTime at={at} />
                </td>
                <td className="end number">{share.format(weight)}</td>
                <td className="end">
                  <Price amount={price} />
                </td>
              </tr>
            ))}
          </Table>
        </details>
      )}
    </section>
  );
}

/** Where the value lies between the ends of its range. */
function Span({ low, value, high }: { low: number; value: number; high: number }) {
  const place = high > low ? ((value - low) / (high - low)) * 90 + 5 : 50;
  return (
    <svg className="range-bar" aria-hidden="true">
      <rect x="5%" width="90%" y="7" height="6" rx="3" />
      <line x1={`${place}%`} x2={`${place}%`} y1="2" y2="18" />
    </svg>
  );
}
