import '../trades.css';
import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { estimatesOf } from '../../../data/estimates.ts';
import { findCopies } from '../../../data/find-copies.ts';
import type { PageProps } from '../../../data/page.ts';
import { api, orNotFound } from '../../../data/server.ts';
import { signedIn } from '../../../data/signed-in.ts';
import type { TradeOffer } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { copiesOf, seenBy, type TradeCopy } from '../goods.ts';
import type { Draft } from './draft.ts';
import { FindPerson } from './find-person.tsx';
import { TradeTable } from './trade-table.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('trade.new') };
}

/**
 * The table on which a trade is put together: with somebody (`with`), with a copy of either of us on it already
 * (`copy`), or as an answer to an offer to me (`counter`).
 */
export default async function NewTradePage({ searchParams }: PageProps) {
  const query = await searchParams;
  const one = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  const [to, counter, copy] = [one('with'), one('counter'), one('copy')];
  const address = new URLSearchParams(
    Object.entries({ with: to, counter, copy }).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  const me = await signedIn(address.size > 0 ? `/trades/new?${address}` : '/trades/new');
  const t = await getT();
  if (!to && !counter) {
    return (
      <Words of={['trade']}>
        <Head title={t('trade.new')} back={t('trade.title')} />
        <div className="wrap">
          <FindPerson me={me.handle} />
        </div>
      </Words>
    );
  }
  if (to === me.handle) redirect('/trades/new');
  const offer = counter ? await answered(counter, me.handle) : undefined;
  const handle = offer ? seenBy(offer, me.handle).handle : to!;
  const table = await readTable(me.handle, handle, offer, copy);
  return (
    <Words of={['trade']}>
      <Head
        title={t(offer ? 'trade.counterTitle' : 'trade.withPerson', { handle })}
        back={t('trade.title')}
      />
      <div className="wrap">
        <TradeTable {...table} handle={handle} counters={offer?.id} />
      </div>
    </Words>
  );
}

function Head({ title, back }: { title: string; back: string }) {
  return (
    <div className="wrap page-head stack-s">
      <p className="small">
        <Link href="/trades">{back}</Link>
      </p>
      <h1>{title}</h1>
    </div>
  );
}

/** The offer that is to be answered; one that cannot be any more is shown instead. */
async function answered(id: string, me: string): Promise<TradeOffer> {
  const offer = await orNotFound((await api()).trades.get({ id }));
  if (offer.state !== 'open' || !seenBy(offer, me).isReceived) redirect(`/trades/${offer.id}`);
  return offer;
}

async function readTable(
  me: string,
  handle: string,
  offer: TradeOffer | undefined,
  copyId: string | undefined,
) {
  const ece = await api();
  const [, mine, theirs, wallet, wanted] = await orNotFound(
    Promise.all([
      ece.users.get({ handle }),
      findCopies(ece, me, ''),
      findCopies(ece, handle, ''),
      ece.wallet.get(),
      copyId ? ece.nfts.getCopy({ id: copyId }) : undefined,
    ]),
  );
  const draft = draftOf(offer, me);
  if (wanted) {
    const { id, serial, card, ownerHandle } = wanted;
    const copy = { id, serial, ...pick(card) };
    if (ownerHandle === me) draft.give.copies = [copy];
    if (ownerHandle === handle) draft.receive.copies = [copy];
  }
  const onTable = [...draft.give.copies, ...draft.receive.copies];
  const seen = [...onTable, ...copiesOf(mine.items), ...copiesOf(theirs.items)];
  // The exchange has one fee for new deals, which every quote names.
  const [estimates, quote] = await Promise.all([
    estimatesOf(ece, [...new Set(seen.map(({ id }) => id))]),
    seen[0] && ece.market.quote({ copyId: seen[0].id, price: '1' }),
  ]);
  return {
    ...{ me, mine, theirs, draft, estimates },
    available: wallet.available,
    feeBasisPoints: quote?.feeBasisPoints ?? 0,
  };
}

function pick({ name, editionSize, rarity, artwork }: CardOf): Omit<TradeCopy, 'id' | 'serial'> {
  return { name, editionSize, rarity, artworkUrl: artwork.url };
}

interface CardOf extends Pick<TradeCopy, 'name' | 'editionSize' | 'rarity'> {
  artwork: { url: string };
}

interface MutableDraft {
  give: { copies: TradeCopy[]; cash: string };
  receive: { copies: TradeCopy[]; cash: string };
}

/** What is on the table at first: of an answer, what was offered. */
function draftOf(offer: TradeOffer | undefined, me: string): MutableDraft & Draft {
  if (!offer) return { give: { copies: [], cash: '' }, receive: { copies: [], cash: '' } };
  const { iGive, iReceive } = seenBy(offer, me);
  const side = ({ copies, cash }: TradeOffer['give']) => ({ copies, cash: cash === '0' ? '' : cash });
  return { give: side(iGive), receive: side(iReceive) };
}
