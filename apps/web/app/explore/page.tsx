import './explore.css';
import type { Metadata } from 'next';
import type { PageProps } from '../../data/page.ts';
import { api } from '../../data/server.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { ExploreScreen } from './explore-screen.tsx';
import { addressOf, callOf, readQuery } from './query.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.explore') };
}

const PAGE = 60;

/** Everything that can be found. What is chosen is in the address, so that it can be kept and shared. */
export default async function ExplorePage({ searchParams }: PageProps) {
  const query = readQuery(await searchParams);
  const [ece, t] = await Promise.all([api(), getT()]);
  const first = await ece.search.search({ ...callOf(query), limit: PAGE });
  return (
    <Words of={['explore', 'item', 'home']}>
      <div className="wrap">
        <h1 className="hidden-text">{t('explore.title')}</h1>
        <ExploreScreen first={first} address={addressOf(query)} />
      </div>
    </Words>
  );
}
