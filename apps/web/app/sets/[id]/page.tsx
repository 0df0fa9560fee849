import '../../../parts/stage.css';
import './set.css';
import type { Metadata } from 'next';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, viewer, watchOf } from '../../../data/server.ts';
import { setOf } from '../../../data/things.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { Figures } from '../../../parts/figures.tsx';
import { Holders } from '../../../parts/holders.tsx';
import { percent } from '../../../parts/percent.ts';
import { PriceHistory } from '../../../parts/price-history.tsx';
import { FIRST_RANGE } from '../../../parts/series.ts';
import { WatchButton } from '../../../parts/watch-button.tsx';
import { CardGrid } from './card-grid.tsx';
import { CompletionGrid } from './completion-grid.tsx';
import { Progress, SignInForProgress } from './progress.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const { name, description } = await setOf((await params).id);
  return { title: name, description };
}

/** A set: its cards, which of them the reader has and what the others cost, and how it is traded. */
export default async function SetPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, t, language, me] = await Promise.all([api(), getT(), getLanguage(), viewer()]);
  const [set, cards, completion, market, series, holders, watchId] = await orNotFound(
    Promise.all([
      setOf(id),
      me ? undefined : ece.nfts.listCards({ setId: id, limit: 36 }),
      me ? ece.portfolio.completion({ id, limit: 100 }) : undefined,
      ece.marketdata.setMarket({ id }),
      ece.marketdata.setSeries({ id, range: FIRST_RANGE }),
      ece.marketdata.setHolders({ id, limit: 8 }),
      watchOf(id),
    ]),
  );
  return (
    <Words of={['market', 'completion', 'watch', 'offer']}>
      <div className="wrap">
        <div className="page-head stack-s">
          <p className="soft mono">{set.code}</p>
          <h1>{set.name}</h1>
          <p className="set-lead">{set.description}</p>
          <p className="small soft number">
            {t('home.setCards', { count: set.cards })} · {t('home.setCopies', { count: set.copies })} ·{' '}
            {t('set.royalty')} {percent(set.royaltyBasisPoints, language)}
          </p>
          <div className="row">
            <WatchButton target={{ setId: id }} watchId={watchId} />
          </div>
        </div>
        <div className="set-head">
          {completion ? <Progress completion={completion} /> : <SignInForProgress path={`/sets/${id}`} />}
          <h2 className="hidden-text">{t('set.cards')}</h2>
          {completion && <CompletionGrid setId={id} first={completion} />}
          {cards && <CardGrid setId={id} first={cards} />}
        </div>
        <div className="history-row detail-section">
          <PriceHistory kind="set" id={id} name={set.name} first={series} />
          <Figures market={market} />
        </div>
        <section className="detail-section">
          <h2>{t('market.holders')}</h2>
          <Holders kind="set" id={id} supply={market.supply} first={holders} />
        </section>
      </div>
    </Words>
  );
}
