import '../../../parts/stage.css';
import { Notice, RarityBadge } from '@ece/ui/badge';
import { buttonClass } from '@ece/ui/button-class';
import { SwapIcon } from '@ece/ui/icons';
import { Price } from '@ece/ui/money';
import type { Metadata } from 'next';
import Link from 'next/link';
import { artworkPath } from '../../../data/artwork.ts';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound, ownWallet, viewer, watchOf } from '../../../data/server.ts';
import { copyOf } from '../../../data/things.ts';
import type { CopyDetail } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { RefreshOn } from '../../../live/refresh-on.tsx';
import { MakeOffer } from '../../../parts/make-offer.tsx';
import { OfferList } from '../../../parts/offer-list.tsx';
import { Person } from '../../../parts/person.tsx';
import { Stage } from '../../../parts/stage.tsx';
import { WatchButton } from '../../../parts/watch-button.tsx';
import { Logo } from '../../../shell/logo.tsx';
import { BuyBox } from './buy-box.tsx';
import { EstimatePanel } from './estimate.tsx';
import { OnChain } from './on-chain.tsx';
import { Provenance } from './provenance.tsx';
import { SendIn } from './send-in.tsx';
import { WithdrawCopy } from './withdraw-copy.tsx';

export async function generateMetadata({ params }: PageProps<'id'>): Promise<Metadata> {
  const [copy, t] = await Promise.all([copyOf((await params).id), getT()]);
  const serial = t('card.serial', { serial: copy.serial, edition: copy.card.editionSize });
  return { title: `${copy.card.name}, ${serial}`, description: copy.card.description };
}

/** One copy: its serial number, who had it and for how much, what the chain says, and how to get it. */
export default async function CopyPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const [ece, t, me] = await Promise.all([api(), getT(), viewer()]);
  const [copy, history, estimate, offers, watchId] = await orNotFound(
    Promise.all([
      copyOf(id),
      ece.nfts.copyHistory({ id, limit: 30 }),
      ece.portfolio.estimate({ id }),
      ece.market.listOffers({ copyId: id, limit: 6 }),
      watchOf(id),
    ]),
  );
  const { card, serial, ownerHandle, commitment } = copy;
  const isMine = me !== undefined && ownerHandle === me.handle;
  const isFree = commitment === null || commitment.kind === 'listing';
  const summary = { id, serial, name: card.name, editionSize: card.editionSize };
  return (
    <Words of={['copy', 'buy', 'takeOut', 'payIn', 'address', 'market', 'offer', 'watch']}>
      <RefreshOn topic={`card:${card.id}`} />
      <div className="wrap">
        <div className="detail">
          <div className="detail-stage">
            <Stage
              artwork={artworkPath(card.artwork.url)}
              name={card.name}
              rarity={card.rarity}
              flipLabel={t('copy.flip')}
              back={<Back copy={copy} label={t('copy.back')} />}
            />
          </div>
          <div className="stack">
            <div className="detail-title">
              <Link href={`/sets/${card.setId}`} className="soft">
                {card.setName}
              </Link>
              <h1>{card.name}</h1>
              <p className="copy-serial number">
                {t('card.serial', { serial: copy.serial, edition: card.editionSize })}
              </p>
              <RarityBadge rarity={card.rarity} label={t(`rarity.${card.rarity}`)} />
            </div>
            <p className="row small">
              {copy.ownerHandle ? (
                <>
                  <span className="soft">{t('copy.owner')}</span>
                  <Person handle={copy.ownerHandle} />
                </>
              ) : (
                t('copy.outside')
              )}
            </p>
            <div className="detail-actions">
              <WatchButton target={{ copyId: id }} watchId={watchId} />
              {ownerHandle && !isMine && (
                <Link
                  className={buttonClass({ size: 'small' })}
                  href={`/trades/new?with=${ownerHandle}&copy=${id}`}
                  prefetch={false}
                >
                  <SwapIcon />
                  {t('person.tradeWith', { handle: ownerHandle })}
                </Link>
              )}
            </div>
            <HowToGet copy={copy} estimate={estimate.estimate?.value} />
            <EstimatePanel answer={estimate} />
            <Link href={`/cards/${card.id}`}>{t('copy.cardPage')}</Link>
          </div>
          <div className="detail-below">
            <section className="panel stack" aria-labelledby="offers">
              <h2 id="offers">{t('offer.offers')}</h2>
              <OfferList
                target={{ copyId: id }}
                first={offers}
                me={me?.handle}
                {...(isMine && isFree && { mine: summary })}
              />
              {ownerHandle && !isMine && <OfferFor copy={copy} best={offers.items[0]?.amount} />}
            </section>
          </div>
        </div>
        <section className="detail-section">
          <h2>{t('copy.provenance')}</h2>
          <Provenance copyId={id} first={history} />
        </section>
        <OnChain copy={copy} />
      </div>
    </Words>
  );
}

/** An offer on this copy by the reader. */
async function OfferFor({ copy, best }: { copy: CopyDetail; best: string | undefined }) {
  const [wallet, t] = await Promise.all([ownWallet(), getT()]);
  const { card, serial } = copy;
  return (
    <MakeOffer
      target={{ copyId: copy.id }}
      name={`${card.name}, ${t('card.serial', { serial, edition: card.editionSize })}`}
      available={wallet?.available}
      best={best}
    />
  );
}

/** How this copy can be had, or why it cannot. */
async function HowToGet({ copy, estimate }: { copy: CopyDetail; estimate: string | undefined }) {
  const [ece, t, me] = await Promise.all([api(), getT(), viewer()]);
  if (copy.commitment?.kind === 'listing') {
    const [listing, wallet] = await Promise.all([
      ece.market.getListing({ id: copy.commitment.id }),
      ownWallet(),
    ]);
    if (listing.state === 'open') {
      return (
        <BuyBox
          listing={listing}
          estimate={estimate}
          available={wallet?.available}
          mine={listing.sellerHandle === me?.handle}
        />
      );
    }
  }
  if (copy.commitment?.kind === 'auction') {
    const auction = await ece.auctions.get({ id: copy.commitment.id });
    return (
      <div className="panel stack">
        <p>{t('copy.inAuction')}</p>
        <Price amount={auction.price ?? auction.startingPrice} size="large" />
        <Link className={buttonClass({ variant: 'primary', wide: true })} href={`/auctions/${auction.id}`}>
          {t('copy.toAuction')}
        </Link>
      </div>
    );
  }
  if (copy.custody === 'pending') return <Notice tone="info">{t('copy.pending')}</Notice>;
  if (me && copy.custody === 'outside') {
    return <SendIn id={copy.id} name={`${copy.card.name} #${copy.serial}`} />;
  }
  if (!me || copy.ownerHandle !== me.handle) return <p className="soft">{t('copy.unlisted')}</p>;
  return (
    <div className="panel stack">
      <p>{t('copy.mine')}</p>
      {!copy.commitment && (
        <Link className={buttonClass({ variant: 'primary', wide: true })} href={`/sell?copy=${copy.id}`}>
          {t('nav.sell')}
        </Link>
      )}
      {!copy.commitment && <WithdrawCopy id={copy.id} name={`${copy.card.name} #${copy.serial}`} />}
    </div>
  );
}

function Back({ copy, label }: { copy: CopyDetail; label: string }) {
  return (
    <>
      <span className="hidden-text">{label}</span>
      <Logo />
      <span className="stage-serial number">{copy.serial}</span>
      <code>{copy.mint}</code>
    </>
  );
}
