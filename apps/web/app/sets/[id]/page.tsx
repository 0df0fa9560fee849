import '../../../parts/stage.css';
import type { Metadata } from 'next';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound } from '../../../data/server.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';
import { percent } from '../../../parts/percent.ts';
import { CardGrid } from './card-grid.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const { name, description } = await orNotFound((await api()).nfts.getSet({ id: (await params).id }));
  return { title: name, description };
}

/** A set with its cards. */
export default async function SetPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, t, language] = await Promise.all([api(), getT(), getLanguage()]);
  const [set, cards] = await orNotFound(
    Promise.all([ece.nfts.getSet({ id }), ece.nfts.listCards({ setId: id, limit: 36 })]),
  );
  return (
    <div className="wrap">
      <div className="page-head stack-s">
        <p className="soft mono">{set.code}</p>
        <h1>{set.name}</h1>
        <p className="set-lead">{set.description}</p>
        <p className="small soft number">
          {t('home.setCards', { count: set.cards })} · {t('home.setCopies', { count: set.copies })} ·{' '}
          {t('set.royalty')} {percent(set.royaltyBasisPoints, language)}
        </p>
      </div>
      <h2 className="hidden-text">{t('set.cards')}</h2>
      <CardGrid setId={id} first={cards} />
    </div>
  );
}
