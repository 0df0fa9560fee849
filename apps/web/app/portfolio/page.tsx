import './portfolio.css';
import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { Allocation } from './allocation.tsx';
import { Gains } from './gains.tsx';
import { History } from './history.tsx';
import { Holdings } from './holdings.tsx';
import { readQuery } from './query.ts';
import { Summary } from './summary.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('portfolio.title') };
}

const PAGE = 15;

/** What I hold, what it cost, what it is worth, and how that went. */
export default async function PortfolioPage({ searchParams }: PageProps) {
  await signedIn('/portfolio');
  const query = readQuery(await searchParams);
  const { range, ...filter } = query;
  const [ece, t] = await Promise.all([api(), getT()]);
  const [portfolio, history, gains] = await Promise.all([
    ece.portfolio.get({ ...filter, limit: PAGE }),
    ece.portfolio.history({ range }),
    ece.portfolio.gains({ limit: PAGE }),
  ]);
  const { holdings, nextCursor, bySet, byRarity } = portfolio;
  const isEmpty = portfolio.copies === 0;
  return (
    <Words of={['portfolio']}>
      <div className="wrap portfolio">
        <div className="page-head spread">
          <h1>{t('portfolio.title')}</h1>
          <span className="row">
            <a className={buttonClass({ size: 'small' })} href="/api/v1/portfolio/export" download>
              {t('portfolio.export')}
            </a>
            <a className={buttonClass({ size: 'small' })} href="/api/v1/portfolio/export?kind=gains" download>
              {t('portfolio.exportGains')}
            </a>
          </span>
        </div>
        <Summary portfolio={portfolio} />
        <History query={query} points={history.points} />
        {isEmpty ? (
          <EmptyState
            title={t('portfolio.none')}
            action={
              <Link href="/auctions" className={buttonClass({ variant: 'primary' })}>
                {t('nav.auctions')}
              </Link>
            }
          >
            {t('portfolio.noneText')}
          </EmptyState>
        ) : (
          <>
            <div className="portfolio-columns">
              <Allocation
                title={t('portfolio.bySet')}
                parts={bySet.map(({ setId, setName, value, copies }) => ({
                  key: setId,
                  name: setName,
                  value,
                  copies,
                }))}
              />
              <Allocation
                title={t('portfolio.byRarity')}
                parts={byRarity.map(({ rarity, value, copies }) => ({
                  key: rarity,
                  name: t(`rarity.${rarity}`),
                  rarity,
                  value,
                  copies,
                }))}
              />
            </div>
            <Holdings
              query={query}
              sets={bySet.map(({ setId, setName }) => ({ id: setId, name: setName }))}
              first={{ items: holdings.map((each) => ({ ...each, id: each.copy.id })), nextCursor }}
            />
          </>
        )}
        <Gains first={gains} />
      </div>
    </Words>
  );
}
