import { Price } from '@ece/ui/money';
import type { Portfolio } from '../../data/types.ts';
import { getT } from '../../i18n/server.ts';
import { Gain } from './gain.tsx';

/** The totals. */
export async function Summary({ portfolio }: { portfolio: Portfolio }) {
  const t = await getT();
  const { value, cost, unrealised, realised, copies, unvalued, unknownCost } = portfolio;
  const unknown = t('portfolio.unknown');
  return (
    <div className="stack">
      <dl className="panel totals">
        <div>
          <dt>{t('portfolio.value')}</dt>
          <dd>
            <Price amount={value} size="large" estimated />
            <span className="small soft">{t('portfolio.copies', { count: copies })}</span>
          </dd>
        </div>
        <div>
          <dt>{t('portfolio.cost')}</dt>
          <dd>
            <Price amount={cost} size="large" />
          </dd>
        </div>
        <div>
          <dt>{t('portfolio.unrealised')}</dt>
          <dd>
            <Gain amount={unrealised} unknown={unknown} size="large" estimated />
          </dd>
        </div>
        <div>
          <dt>{t('portfolio.realised')}</dt>
          <dd>
            <Gain amount={realised} unknown={unknown} size="large" />
          </dd>
        </div>
      </dl>
      {(unvalued > 0 || unknownCost > 0) && (
        <p className="small soft">
          {unvalued > 0 && t('portfolio.unvalued', { count: unvalued })}{' '}
          {unknownCost > 0 && t('portfolio.unknownCost', { count: unknownCost })}
        </p>
      )}
    </div>
  );
}
