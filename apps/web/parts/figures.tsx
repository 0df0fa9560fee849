import './market.css';
import { Price } from '@ece/ui/money';
import { RelativeTime } from '@ece/ui/time';
import type { ReactNode } from 'react';
import type { CardMarket, SetMarket } from '../data/types.ts';
import { getT } from '../i18n/server.ts';
import { Delta } from './delta.tsx';

interface Figure {
  name: string;
  value: ReactNode;
}

/** What the market says of a card or a set. */
export async function Figures({ market }: { market: CardMarket | SetMarket }) {
  const t = await getT();
  const { floor, lastSale, windows, supply, outside, holders, listed } = market;
  const none = t('market.none');
  const price = (amount: string | null | undefined) => (amount ? <Price amount={amount} /> : none);
  const change = (name: '24h' | '7d' | '30d'): Figure[] => {
    const { change } = windows[name];
    return change ? [{ name: t(`market.change${name}`), value: <Delta percent={change.percent} /> }] : [];
  };
  const volume = (name: '24h' | '7d' | '30d'): Figure => ({
    name: t(`market.volume${name}`),
    value: (
      <>
        <Price amount={windows[name].volume} />
        <span className="small soft">{t('market.sales', { count: windows[name].sales })}</span>
      </>
    ),
  });
  const figures: Figure[] = [
    { name: t('market.floor'), value: price(floor) },
    'value' in market
      ? { name: t('market.setValue'), value: price(market.value) }
      : { name: t('market.bestOffer'), value: price(market.bestOffer?.amount) },
    {
      name: t('market.lastSale'),
      value: lastSale ? (
        <>
          <Price amount={lastSale.price} />
          <span className="small soft">
            <RelativeTime at={lastSale.at} />
          </span>
        </>
      ) : (
        none
      ),
    },
    ...change('24h'),
    ...change('7d'),
    ...change('30d'),
    volume('24h'),
    volume('7d'),
    volume('30d'),
    {
      name: t('market.supply'),
      value: (
        <span className="number">
          {supply}{' '}
          {outside > 0 && <span className="small soft">{t('market.outside', { count: outside })}</span>}
        </span>
      ),
    },
    { name: t('market.holders'), value: <span className="number">{holders}</span> },
    { name: t('market.listed'), value: <span className="number">{listed}</span> },
  ];
  return (
    <section className="panel stack" aria-labelledby="market-figures">
      <h2 id="market-figures">{t('market.figures')}</h2>
      <dl className="figures">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
