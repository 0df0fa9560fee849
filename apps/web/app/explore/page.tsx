import './explore.css';
import { EmptyState } from '@ece/ui/states';
import type { Metadata } from 'next';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { CardGrid } from './card-grid.tsx';
import { Filters } from './filters.tsx';
import { type ExploreQuery, readQuery } from './query.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.explore') };
}

/** All cards, by set and rarity. What is chosen is in the address, so that it can be kept and shared. */
export default async function ExplorePage({ searchParams }: PageProps) {
  const query = readQuery(await searchParams);
  const [ece, t] = await Promise.all([api(), getT()]);
  const sets = await ece.nfts.listSets({ limit: 100 });
  return (
    <Words of={['explore']}>
      <div className="wrap">
        <div className="page-head">
          <h1>{t('explore.title')}</h1>
        </div>
        <Filters query={query} sets={sets.items.map(({ id, name }) => ({ id, name }))} />
        <Results query={query} />
      </div>
    </Words>
  );
}

async function Results({ query }: { query: ExploreQuery }) {
  const [ece, t] = await Promise.all([api(), getT()]);
  const cards = await ece.nfts.listCards({ ...query, limit: 36 });
  if (cards.items.length === 0) {
    return <EmptyState title={t('explore.nothing')}>{t('explore.nothingText')}</EmptyState>;
  }
  return <CardGrid query={query} first={cards} />;
}
