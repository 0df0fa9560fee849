import { EmptyState } from '@ece/ui/states';
import Link from 'next/link';
import { artworkPath } from '../../../data/artwork.ts';
import type { PageProps } from '../../../data/page.ts';
import { api } from '../../../data/server.ts';
import type { Minting } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';
import type { Translate } from '../../../i18n/translate.ts';
import { RefreshEvery } from '../../../live/refresh-every.tsx';
import { staff } from '../staff.ts';
import { MintGrid } from './mint-grid.tsx';

/** Seconds between two looks: short while something is minted. */
const BUSY_SECONDS = 2;
const QUIET_SECONDS = 10;

/** How far minting is, and the cards of a set of which more can be minted. */
export default async function MintingPage({ searchParams }: PageProps) {
  await staff('/operator/minting');
  const { set: wanted } = await searchParams;
  const [ece, t] = await Promise.all([api(), getT()]);
  const [minting, sets] = await Promise.all([ece.nfts.minting(), ece.nfts.listSets({ limit: 100 })]);
  const set = sets.items.find(({ code }) => code === wanted) ?? sets.items[0];
  const cards = set && (await ece.nfts.listCards({ setId: set.id, limit: 60 }));
  return (
    <>
      <RefreshEvery seconds={minting.pending > 0 ? BUSY_SECONDS : QUIET_SECONDS} />
      <div className="stack-s">
        <h1>{t('operator.minting')}</h1>
        <p className="soft">{t('operator.mintingText')}</p>
      </div>
      <UnderWay t={t} minting={minting} />
      {!set || !cards ? (
        <EmptyState title={t('operator.noSets')}>{t('operator.noSetsText')}</EmptyState>
      ) : (
        <section className="stack">
          <nav className="tabs-list" aria-label={t('operator.cardsOf')}>
            {sets.items.map(({ code, name }) => (
              <Link
                key={code}
                className="tab"
                href={`/operator/minting?set=${code}`}
                aria-current={code === set.code ? 'page' : undefined}
                prefetch={false}
                scroll={false}
              >
                {name}
              </Link>
            ))}
          </nav>
          <MintGrid key={set.id} setId={set.id} first={cards} />
        </section>
      )}
    </>
  );
}

function UnderWay({ t, minting }: { t: Translate; minting: Minting }) {
  const { pending, final, cards } = minting;
  return (
    <section className="panel stack">
      <div className="spread">
        <h2>{pending === 0 ? t('operator.mintQuiet') : t('operator.mintPending', { count: pending })}</h2>
        <span className="soft number">{t('operator.mintedAll', { count: final })}</span>
      </div>
      {cards.length > 0 && (
        <div className="mint-grid">
          {cards.map(({ cardId, name, setCode, artworkUrl, final: done, pending: waits, failed }) => (
            <div key={cardId} className="mint-card">
              <img src={artworkPath(artworkUrl)} alt="" width={64} height={90} loading="lazy" />
              <div>
                <strong className="mint-name">{name}</strong>
                <progress className="progress" value={done} max={done + waits} aria-label={name} />
                <span className="small soft">
                  {setCode} · {t('operator.mintPending', { count: waits })}
                  {failed > 0 && ` · ${t('operator.mintFailed', { count: failed })}`}
                </span>
              </div>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
